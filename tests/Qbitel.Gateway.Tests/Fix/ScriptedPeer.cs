using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Qbitel.Protocols;
using Qbitel.Protocols.Fix;
using Qbitel.Protocols.Fix.Sessions;

namespace Qbitel.Gateway.Tests.Fix;

/// <summary>The other end of a connection, under a test's control.</summary>
internal sealed partial class ScriptedPeer(Socket socket) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private byte[] _received = new byte[64 * 1024];
    private int _filled;

    public static async Task<ScriptedPeer> ConnectAsync(System.Net.IPEndPoint address)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address, TestContext.Current.CancellationToken);
        return new ScriptedPeer(socket);
    }

    public async Task SayAsync(byte[] bytes) =>
        await socket.SendAsync(bytes, SocketFlags.None, TestContext.Current.CancellationToken);

    /// <summary>The next message; null at the end of the connection.</summary>
    public async Task<byte[]?> ReadAsync()
    {
        using CancellationTokenSource late = new(Patience, TimeProvider.System);
        while (true)
        {
            FrameStatus status = FixFraming.TryTake(_received.AsSpan(0, _filled), 1 << 20, out int length, out _);
            if (status == FrameStatus.Complete)
            {
                byte[] message = _received[..length];
                _received.AsSpan(length, _filled - length).CopyTo(_received);
                _filled -= length;
                return message;
            }

            Assert.True(status == FrameStatus.Incomplete, "the engine wrote what is no message");
            if (_filled == _received.Length) Array.Resize(ref _received, _filled * 2);
            int read;
            try
            {
                read = await socket.ReceiveAsync(_received.AsMemory(_filled), SocketFlags.None, late.Token);
            }
            catch (SocketException)
            {
                read = 0;
            }
            catch (OperationCanceledException)
            {
                Assert.Fail("nothing came in time");
                return null;
            }

            if (read == 0)
            {
                Assert.Equal(0, _filled);
                return null;
            }

            _filled += read;
        }
    }

    /// <summary>Reads a message and compares it, field for field and in order, with what a scenario expects; lengths,
    /// checksums and times by their form.</summary>
    public async Task ExpectAsync(string expected)
    {
        byte[]? message = await ReadAsync();
        Assert.True(message is not null, $"the connection ended where {Printed(expected)} was expected");
        string[] wanted =
            [.. expected.Split('\u0001', StringSplitOptions.RemoveEmptyEntries).Where(IsCompared).Select(Generalised)];
        string[] found = [.. Fields(message).Where(IsCompared).Select(Generalised)];
        Assert.True(wanted.SequenceEqual(found, StringComparer.Ordinal),
            $"expected {Printed(string.Join('\u0001', wanted))}\nfound    {Printed(string.Join('\u0001', found))}");
    }

    public void Dispose() => socket.Dispose();

    private static bool IsCompared(string field) =>
        !field.StartsWith("9=", StringComparison.Ordinal) && !field.StartsWith("10=", StringComparison.Ordinal);

    private static string Generalised(string field) => TimeField().Replace(field, "${tag}=TIME");

    private static List<string> Fields(byte[] message)
    {
        List<string> fields = [];
        FixReader reader = new(message);
        while (reader.Read())
        {
            fields.Add(
                string.Create(CultureInfo.InvariantCulture, $"{reader.Tag}={Encoding.Latin1.GetString(reader.Value)}"));
        }

        return fields;
    }

    private static string Printed(string text) => text.Replace('\u0001', '|');

    [GeneratedRegex(@"^(?<tag>52|60|122)=\d{8}-\d\d:\d\d:\d\d(\.\d{3})?$",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex TimeField();
}
