using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Qbitel.Gateway.Tests.Fix;

/// <summary>A client that costs little: orders made beforehand, answers counted by their lengths.</summary>
internal sealed class EchoLoad : IDisposable
{
    private const int SendSize = 64 * 1024;

    private readonly Socket _socket;
    private readonly byte[] _orders;
    private readonly int[] _ends;
    private readonly byte[] _received = new byte[256 * 1024];
    private int _filled;
    private int _sent;

    private EchoLoad(Socket socket, byte[] orders, int[] ends)
    {
        _socket = socket;
        _orders = orders;
        _ends = ends;
    }

    /// <summary>MsgSeqNum of the last answer.</summary>
    public long LastNumber { get; private set; }

    public int MessageSize => _ends[0];

    /// <summary>Connects, logs on, and makes the orders there will be room for.</summary>
    public static async Task<EchoLoad> ConnectAsync(IPEndPoint address, int count)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address, TestContext.Current.CancellationToken);
        string time = TimeProvider.System.GetUtcNow().UtcDateTime
            .ToString("yyyyMMdd-HH:mm:ss.fff", CultureInfo.InvariantCulture);
        using MemoryStream orders = new();
        int[] ends = new int[count];
        for (int i = 0; i < ends.Length; i++)
        {
            Write(orders, string.Create(CultureInfo.InvariantCulture,
                $"35=D\u000134={i + 2}\u000149=LOAD\u000152={time}\u000156=ECHO\u000111=ORD{i:D8}\u0001"
                + $"21=1\u000155=MSFT\u000154=1\u000160={time}\u000138=100\u000140=2\u000144=10.25\u000159=0\u0001"));
            ends[i] = (int)orders.Length;
        }

        EchoLoad load = new(socket, orders.GetBuffer(), ends);
        using MemoryStream logon = new();
        Write(logon, $"35=A\u000134=1\u000149=LOAD\u000152={time}\u000156=ECHO\u000198=0\u0001108=30\u0001");
        socket.Send(logon.ToArray());
        load.Receive(1);
        return load;
    }

    /// <summary>Sends so many orders and waits for as many answers.</summary>
    public void Run(int count)
    {
        int first = _sent == 0 ? 0 : _ends[_sent - 1], end = _ends[_sent + count - 1];
        _sent += count;
        if (count == 1)
        {
            _socket.Send(_orders, first, end - first, SocketFlags.None);
            Receive(1);
            return;
        }

        Thread sender = new(() =>
        {
            for (int at = first; at < end;)
                at += _socket.Send(_orders, at, Math.Min(SendSize, end - at), SocketFlags.None);
        });
        sender.Start();
        Receive(count);
        sender.Join();
    }

    public void Dispose() => _socket.Dispose();

    private void Receive(int count)
    {
        while (count > 0)
        {
            int read = _socket.Receive(_received, _filled, _received.Length - _filled, SocketFlags.None);
            Assert.True(read > 0, "the acceptor ended the connection");
            _filled += read;
            int at = 0;
            while (count > 0 && TryTake(_received.AsSpan(at, _filled - at), out int length))
            {
                at += length;
                count--;
            }

            _received.AsSpan(at, _filled - at).CopyTo(_received);
            _filled -= at;
        }
    }

    // 8=FIX.4.4, SOH, 9=, digits, SOH, body, 10=ddd, SOH; a heartbeat in between would make the count wrong, and is
    // none in the time a run takes.
    private bool TryTake(ReadOnlySpan<byte> bytes, out int length)
    {
        const int Head = 12;
        length = 0;
        int end = bytes.Length < Head ? -1 : bytes[Head..].IndexOf((byte)1);
        if (end < 0) return false;

        int body = int.Parse(bytes.Slice(Head, end), CultureInfo.InvariantCulture);
        length = Head + end + 1 + body + 7;
        if (bytes.Length < length) return false;

        ReadOnlySpan<byte> number = bytes[(bytes.IndexOf("\u000134="u8) + 4)..];
        LastNumber = long.Parse(number[..number.IndexOf((byte)1)], CultureInfo.InvariantCulture);
        return true;
    }

    private static void Write(MemoryStream into, string body)
    {
        byte[] message = Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"8=FIX.4.4\u00019={body.Length}\u0001{body}"));
        into.Write(message);
        into.Write(Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"10={message.Sum(one => one) % 256:D3}\u0001")));
    }
}
