using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Qbitel.Protocols.Iso8583;

namespace Qbitel.Tests.Cards;

/// <summary>
/// Sends requests at a steady rate whether or not answers have come, as terminals do; the time of each counts from when
/// it was to be sent, so what the generator itself is late counts too.
/// </summary>
/// <remarks>
/// Threads of its own that block, not the pool and its timers: those go by the kernel's coarse clock, whose ticks are
/// four milliseconds on many machines, and that showed as four milliseconds of the host's.
/// </remarks>
internal sealed class LoadGenerator : IDisposable
{
    private readonly Socket[] _sockets;

    public LoadGenerator(IPEndPoint address, int connections)
    {
        _sockets = [.. Enumerable.Range(0, connections).Select(_ =>
            new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true })];
        foreach (Socket socket in _sockets) socket.Connect(address);
    }

    /// <summary>Sends all frames, whose trace numbers count from the first on; gives how many were approved.</summary>
    /// <param name="frames">
    /// A card's requests go over one connection where cards repeat in steps of the connections.
    /// </param>
    /// <param name="rate">A second.</param>
    /// <param name="latencies">Receives milliseconds; null for a warm-up.</param>
    /// <param name="late">Receives by how many milliseconds each was sent late; null for a warm-up.</param>
    public int Run(byte[][] frames, int rate, double[]? latencies, double[]? late)
    {
        int first = int.Parse(Iso8583Message.Parse(frames[0].AsSpan(2))[11]!, CultureInfo.InvariantCulture),
            approved = 0;
        double ticks = (double)Stopwatch.Frequency / rate;
        long start = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 100);
        Exception? failed = null;
        Thread[] threads =
        [
            new(() => Guard(Send)),
            .. _sockets.Select((socket, at) => new Thread(() => Guard(() => Receive(socket, at)))),
        ];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        if (failed is not null) throw new InvalidOperationException("The load could not be made.", failed);
        return approved;

        void Send()
        {
            for (int i = 0; i < frames.Length;)
            {
                long now = Stopwatch.GetTimestamp();
                for (; i < frames.Length && now >= start + (long)(i * ticks); i++)
                {
                    Socket socket = _sockets[i % _sockets.Length];
                    for (int sent = 0; sent < frames[i].Length;) sent += socket.Send(frames[i].AsSpan(sent));
                    if (late is not null)
                        late[i] = Stopwatch.GetElapsedTime(start + (long)(i * ticks)).TotalMilliseconds;
                }

                if (i < frames.Length)
                    Thread.Sleep(TimeSpan.FromMilliseconds(1)); // to the microsecond, unlike the pool's timers
            }
        }

        void Receive(Socket socket, int at)
        {
            byte[] buffer = new byte[1 << 16];
            int have = 0, mine = (frames.Length - at + _sockets.Length - 1) / _sockets.Length;
            while (mine > 0)
            {
                int read = socket.Receive(buffer.AsSpan(have));
                if (read == 0) throw new EndOfStreamException("The host closed a connection.");
                long now = Stopwatch.GetTimestamp();
                have += read;
                int taken = 0;
                while (have - taken >= 2
                    && BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(taken)) is var size
                    && have - taken >= 2 + size)
                {
                    Iso8583Message answer = Iso8583Message.Parse(buffer.AsSpan(taken + 2, size));
                    int i = int.Parse(answer[11]!, CultureInfo.InvariantCulture) - first;
                    if (latencies is not null)
                        latencies[i] = Stopwatch.GetElapsedTime(start + (long)(i * ticks), now).TotalMilliseconds;
                    if (answer[39] == "00") Interlocked.Increment(ref approved);
                    taken += 2 + size;
                    mine--;
                }

                buffer.AsSpan(taken, have - taken).CopyTo(buffer);
                have -= taken;
            }
        }

        void Guard(Action work)
        {
            try
            {
                work();
            }
            catch (Exception e) when (e is IOException or SocketException or FormatException)
            {
                failed = e;
                foreach (Socket socket in _sockets) socket.Close();
            }
        }
    }

    public void Dispose()
    {
        foreach (Socket socket in _sockets) socket.Dispose();
    }
}
