using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Qbitel.Cards;
using Qbitel.Protocols.Iso8583;

namespace Qbitel.Tests.Cards;

/// <summary>An acquirer's connection to a host.</summary>
internal sealed class CardClient : IDisposable
{
    private readonly CardFraming _framing;

    private CardClient(Socket socket, CardFraming framing)
    {
        Socket = socket;
        Stream = new NetworkStream(socket, ownsSocket: true);
        _framing = framing;
    }

    public Socket Socket { get; }

    public NetworkStream Stream { get; }

    public static async Task<CardClient> ConnectAsync(IPEndPoint address, CardFraming framing = CardFraming.TwoBytes)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address, TestContext.Current.CancellationToken);
        return new CardClient(socket, framing);
    }

    public async Task SendAsync(byte[] message) =>
        await Stream.WriteAsync(CardFrames.Of(message, _framing), TestContext.Current.CancellationToken);

    /// <summary>The next answer; null where the host has closed.</summary>
    public async Task<Iso8583Message?> ReceiveAsync()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        byte[] head = new byte[_framing == CardFraming.TwoBytes ? 2 : 4];
        if (await Stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancel) < head.Length)
            return null;
        int size = _framing == CardFraming.TwoBytes ? BinaryPrimitives.ReadUInt16BigEndian(head)
            : int.Parse(Encoding.ASCII.GetString(head), CultureInfo.InvariantCulture);
        byte[] message = new byte[size];
        await Stream.ReadExactlyAsync(message, cancel);
        return Iso8583Message.Parse(message);
    }

    public void Dispose() => Stream.Dispose();
}
