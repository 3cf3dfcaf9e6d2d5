using System.Diagnostics;
using System.Text;

namespace Qbitel.Protocols.Tests;

/// <summary>Changes to bytes that are the same in every run: drawn from a seed by SplitMix64.</summary>
internal sealed class ByteMutation(ulong seed, string pieces)
{
    private readonly byte[][] _pieces = [.. pieces.Split(' ').Select(Encoding.Latin1.GetBytes)];
    private ulong _state = seed;

    public int Next(int below)
    {
        unchecked
        {
            _state += 0x9E3779B97F4A7C15;
            ulong z = _state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return (int)((z ^ (z >> 31)) % (ulong)below);
        }
    }

    /// <summary>One to three changes: a piece put in or over, bytes taken out, a stretch doubled, the end cut
    /// off.</summary>
    public byte[] Of(byte[] text)
    {
        List<byte> bytes = [.. text];
        for (int changes = 1 + (Next(4) / 2); changes > 0 && bytes.Count > 0; changes--)
        {
            int at = Next(bytes.Count), length = Math.Min(1 + Next(30), bytes.Count - at);
            byte[] piece = _pieces[Next(_pieces.Length)];
            switch (Next(7))
            {
                case 0: bytes.InsertRange(at, piece); break;
                case 1: bytes.RemoveRange(at, length); break;
                case 2: bytes[at] = (byte)Next(256); break;
                case 3: bytes[at] = (byte)(' ' + Next(95)); break;
                case 4: bytes.InsertRange(at, bytes.GetRange(at, length)); break;
                case 5:
                    bytes.RemoveRange(at, Math.Min(piece.Length, bytes.Count - at));
                    bytes.InsertRange(at, piece);
                    break;
                default:
                    if (Next(8) == 0) bytes.RemoveRange(at, bytes.Count - at);
                    else bytes.InsertRange(at, piece);
                    break;
            }
        }

        return [.. bytes];
    }

    /// <summary>
    /// Reads many changed inputs: none throws, none takes more than 50 ms a KiB, memory does not grow.
    /// </summary>
    public void Soak(IReadOnlyList<byte[]> seeds, int times, Action<byte[]> read)
    {
        foreach (byte[] each in seeds) read(each);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < times; i++)
        {
            byte[] bytes = Of(seeds[Next(seeds.Count)]);
            TimeSpan allowed = TimeSpan.FromMilliseconds(50 * (1 + (bytes.Length / 1024)));
            try
            {
                // The machine may do something else meanwhile: then the processor's time decides.
                if (Took(bytes) > allowed && Used(bytes) > allowed)
                    Assert.Fail($"slow: {Convert.ToBase64String(bytes)}");
            }
            catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
            {
                Assert.Fail($"{e}\n{Convert.ToBase64String(bytes)}");
            }
        }

        // In the gate other tests run beside this one, and the memory is theirs too.
        long grown = Testing.Soak.IsOn ? GC.GetTotalMemory(forceFullCollection: true) - before : 0;
        Assert.True(grown < 8 * 1024 * 1024, $"{grown} bytes more than before");

        TimeSpan Took(byte[] bytes)
        {
            long start = Stopwatch.GetTimestamp();
            read(bytes);
            return Stopwatch.GetElapsedTime(start);
        }

        TimeSpan Used(byte[] bytes)
        {
            TimeSpan start = Environment.CpuUsage.TotalTime;
            read(bytes);
            return Environment.CpuUsage.TotalTime - start;
        }
    }
}
