using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Qbitel.Discovery.Tests.Tls;
using Qbitel.Discovery.Tests.Traces;
using Qbitel.Discovery.Traces;

namespace Qbitel.Discovery.Tests.Analysis;

public sealed class TlsCaptureTests
{
    [Theory]
    [InlineData(SslProtocols.Tls13, "TLS 1.3", "0x0304")]
    [InlineData(SslProtocols.Tls12, "TLS 1.2", "0x0303")]
    public async Task Tls_traffic_is_named_with_what_the_server_chose(SslProtocols protocols, string version,
        string number)
    {
        List<(FlowDirection Direction, byte[] Bytes)> wire = await SpeakAsync(protocols);
        byte[] capture = CaptureDiscoveryTests.Capture((writer, ethernet) =>
        {
            TcpConversation conversation = new(writer, ethernet, CaptureDiscoveryTests.Client(1),
                new Endpoint(IPAddress.Parse("10.0.0.2"), 8_080), Packets.Time);
            foreach ((FlowDirection direction, byte[] bytes) in wire) conversation.Send(direction, bytes, Packets.Time);
            conversation.Close(Packets.Time);
        });

        DiscoveryDocument document = Discoveries.Of(capture);

        DiscoveredProtocol tls = Assert.Single(document.Protocols);
        Assert.Equal("tls", tls.Name);
        Assert.Empty(document.Unassigned);
        Dictionary<string, string> variant = new(tls.Variant, StringComparer.Ordinal);
        Assert.Equal((version, number), (variant["version"], variant["versionNumber"]));
        Assert.Matches("^0x[0-9A-F]{4}$", variant["groupNumber"]);
        Assert.DoesNotContain("unknown", variant["group"], StringComparison.Ordinal);
        Assert.Contains(tls.MessageTypes, type => type.Name == "handshake");
        Assert.Contains(tls.MessageTypes, type => type.Name == "application_data");
        Assert.All(tls.Messages, message => Assert.Equal([1, 3, 5], message.Boundaries));
    }

    private static async Task<List<(FlowDirection, byte[])>> SpeakAsync(SslProtocols protocols)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using X509Certificate2 certificate = TlsServer.EcdsaCertificate(ECCurve.NamedCurves.nistP256);
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using TcpClient client = new();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, cancellation);
        using TcpClient accepted = await listener.AcceptTcpClientAsync(cancellation);

        List<(FlowDirection, byte[])> wire = [];
        await using SslStream server = new(accepted.GetStream());
        await using SslStream ours = new(new Tap(client.GetStream(), wire), leaveInnerStreamOpen: false,
            (_, shown, _, _) => shown?.GetRawCertData().AsSpan().SequenceEqual(certificate.RawData) == true);
        Task serving = server.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions { ServerCertificate = certificate, EnabledSslProtocols = protocols },
                cancellation);
        await ours.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "bank.internal" },
            cancellation);
        await serving;
        await ours.WriteAsync("secret"u8.ToArray(), cancellation);
        byte[] buffer = new byte[6];
        await server.ReadExactlyAsync(buffer, cancellation);
        await server.WriteAsync("answer"u8.ToArray(), cancellation);
        await ours.ReadExactlyAsync(buffer, cancellation);
        return wire;
    }

    /// <summary>Writes down what passes.</summary>
    private sealed class Tap(Stream inner, List<(FlowDirection, byte[])> wire) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException(); set =>
            throw new NotSupportedException();
        }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer,
            CancellationToken cancellationToken = default)
        {
            int count = await inner.ReadAsync(buffer, cancellationToken);
            if (count > 0) wire.Add((FlowDirection.ServerToClient, buffer[..count].ToArray()));
            return count;
        }

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            wire.Add((FlowDirection.ClientToServer, buffer.ToArray()));
            return inner.WriteAsync(buffer, cancellationToken);
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
