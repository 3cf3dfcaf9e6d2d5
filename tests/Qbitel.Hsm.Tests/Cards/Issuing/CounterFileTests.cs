using System.Security.Cryptography;
using Qbitel.Hsm.Cards.Issuing;

namespace Qbitel.Hsm.Tests.Cards.Issuing;

public sealed class CounterFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("qbitel-counters-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string File => Path.Combine(_folder.FullName, "counters");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_torn_end_is_cut_off_and_everything_before_it_is_kept()
    {
        using (CounterFile counters = CounterFile.Open(File))
        {
            for (ushort i = 1; i <= 20; i++)
            {
                Assert.True(counters.TryTake(i, i, ushort.MaxValue, out _));
                await counters.AppendAsync([(i, i)], Cancel);
            }
        }

        byte[] whole = System.IO.File.ReadAllBytes(File);
        for (int cut = 0; cut < CounterFile.RecordSize; cut++)
        {
            System.IO.File.WriteAllBytes(File, whole[..^cut]);
            using CounterFile again = CounterFile.Open(File);
            Assert.Equal(cut == 0 ? 20 : 19, again.Cards);
            Assert.False(again.TryTake(19, 19, ushort.MaxValue, out _));
        }
    }

    [Fact]
    public async Task A_damaged_record_before_the_end_is_refused()
    {
        using (CounterFile counters = CounterFile.Open(File))
        {
            await counters.AppendAsync([.. Enumerable.Range(1, 20).Select(i => ((UInt128)i, (ushort)i))], Cancel);
        }

        byte[] whole = System.IO.File.ReadAllBytes(File);
        whole[8 + (5 * CounterFile.RecordSize) + 3] ^= 1;
        System.IO.File.WriteAllBytes(File, whole);

        Assert.Throws<InvalidDataException>(() => CounterFile.Open(File).Dispose());
        System.IO.File.WriteAllBytes(File, RandomNumberGenerator.GetBytes(100));
        Assert.Throws<InvalidDataException>(() => CounterFile.Open(File).Dispose());
    }

    [Fact]
    public async Task It_is_for_its_owner_and_one_process_and_shrinks_at_a_start()
    {
        using (CounterFile counters = CounterFile.Open(File))
        {
            Assert.Throws<IOException>(() => CounterFile.Open(File).Dispose());
            for (int i = 0; i < 30; i++)
            {
                await counters.AppendAsync(
                    [.. Enumerable.Range(1, 100).Select(c => ((UInt128)c, (ushort)(i + 1)))], Cancel);
            }
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        long before = new FileInfo(File).Length;
        using (CounterFile smaller = CounterFile.Open(File))
        {
            Assert.Equal(100, smaller.Cards);
            Assert.False(smaller.TryTake(100, 30, ushort.MaxValue, out _));
            Assert.True(smaller.TryTake(100, 31, ushort.MaxValue, out _));
            await smaller.AppendAsync([((UInt128)100, (ushort)31)], Cancel);
            Assert.Throws<IOException>(() => CounterFile.Open(File).Dispose());
        }

        Assert.InRange(new FileInfo(File).Length, 1, before / 4);
        using CounterFile last = CounterFile.Open(File);
        Assert.False(last.TryTake(100, 31, ushort.MaxValue, out _));
    }
}
