using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Qbitel.Demo;

namespace Qbitel.Tests.Commands;

/// <summary><c>qbitel scan</c> against servers of this process: honest ones and hostile ones.</summary>
public sealed class ScanTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_server_speaks_is_reported_by_number_and_name()
    {
        using var rsa = RSA.Create(2048);
        using X509Certificate2 certificate = new CertificateRequest(
            "CN=legacy", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(70));
        await using DemoEndpoints servers = new();
        servers.Start("old", "", certificate, [], SslProtocols.Tls12);
        servers.Start("new", "", certificate, [], SslProtocols.Tls13);
        string[] addresses = [.. servers.Endpoints.Select(endpoint => endpoint.Address.ToString())];

        Shell.Result program = await Shell.QbitelAsync(["scan", .. addresses, "--json"]);
        Shell.Result people = await Shell.QbitelAsync(["scan", addresses[0]]);

        Assert.Equal((0, "", 0, ""), (program.ExitCode, program.Notes, people.ExitCode, people.Notes));
        JsonElement[] seen = Endpoints(program.Data);
        Assert.Equal(addresses, seen.Select(endpoint => endpoint.GetProperty("endpoint").GetString()));
        Assert.All(seen, endpoint => Assert.True(endpoint.GetProperty("completed").GetBoolean()));
        Assert.Equal([0x0303, 0x0304],
            seen.Select(endpoint => endpoint.GetProperty("protocol").GetProperty("number").GetInt32()));
        Assert.All(seen, endpoint => Assert.True(endpoint.GetProperty("group").GetProperty("number").GetInt32() > 0));
        JsonElement leaf = seen[0].GetProperty("chain")[0];
        Assert.Equal(("RSA", 2048, "1.2.840.113549.1.1.11"), (leaf.GetProperty("keyAlgorithm").GetString(),
            leaf.GetProperty("keySizeBits").GetInt32(), leaf.GetProperty("signatureOid").GetString()));
        Assert.Contains("TLS 1.2", people.Data, StringComparison.Ordinal);
        Assert.Contains("CN=legacy", people.Data, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hangs")]
    [InlineData("garbage")]
    [InlineData("closes")]
    [InlineData("never closes")]
    [InlineData("trickles")]
    public async Task A_hostile_server_costs_bounded_time_and_is_named_with_its_failure(string manner)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task server = ServeAsync(listener, manner, stop.Token);
        var watch = Stopwatch.StartNew();

        Shell.Result result = await Shell.QbitelAsync(
            "scan", $"{listener.LocalEndpoint}", "--timeout", "1", "--json");

        Assert.Equal((1, ""), (result.ExitCode, result.Notes));
        JsonElement endpoint = Assert.Single(Endpoints(result.Data));
        Assert.False(endpoint.GetProperty("completed").GetBoolean());
        Assert.NotEqual("", endpoint.GetProperty("failure").GetString());
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(40), $"{watch.Elapsed}"); // one of them is the scan's own
        await stop.CancelAsync();
        await server;
    }

    [Fact]
    public async Task Where_nobody_listens_is_said_for_each_endpoint_and_the_others_are_scanned()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        string closed = $"{taken.LocalEndpoint}";
        taken.Stop();

        Shell.Result result = await Shell.QbitelAsync("scan", closed, "nowhere.invalid:443", "--timeout", "5");

        Assert.Equal((1, ""), (result.ExitCode, result.Notes));
        Assert.Contains($"{closed}  no TLS seen: the connection failed (ConnectionRefused)", result.Data,
            StringComparison.Ordinal);
        Assert.Contains("nowhere.invalid:443  no TLS seen: ", result.Data, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:0")]
    [InlineData("https://127.0.0.1:443")]
    public async Task What_is_no_endpoint_answers_2_and_says_how_one_is_written(string text)
    {
        Shell.Result result = await Shell.QbitelAsync("scan", text);

        Assert.Equal((2, ""), (result.ExitCode, result.Data));
        Assert.Contains("HOST:PORT", result.Notes, StringComparison.Ordinal);
    }

    private static JsonElement[] Endpoints(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.GetProperty("endpoints").EnumerateArray().Select(e => e.Clone())];
    }

    private static async Task ServeAsync(TcpListener listener, string manner, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                using TcpClient client = await listener.AcceptTcpClientAsync(cancellation);
                await AnswerAsync(client.GetStream(), manner, cancellation);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The scanner has hung up, or the test is over.
        }
    }

    private static async Task AnswerAsync(NetworkStream stream, string manner, CancellationToken cancellation)
    {
        byte[] record = [20, 3, 3, 0, 1, 1]; // a change_cipher_spec, which TLS 1.3 lets pass
        switch (manner)
        {
            case "closes":
                return;
            case "garbage":
                await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), cancellation);
                break;
            case "never closes":
                while (true) await stream.WriteAsync(record, cancellation);
            case "trickles":
                foreach (byte one in record)
                {
                    await stream.WriteAsync(new[] { one }, cancellation);
                    await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, cancellation);
                }

                break;
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
    }
}
