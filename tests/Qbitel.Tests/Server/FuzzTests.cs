using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Qbitel.Testing;

namespace Qbitel.Tests.Server;

/// <summary>Whatever is sent, the answer is never an error of the server's own.</summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static readonly string[] Pieces =
    [
        "/", "..", "%2e%2e", "%00", "%ff", "sign-in", "sign-out", "api", "keys", "audit", "machine", "assets",
        "qbitel.css", "?", "&", "=", "token", "before",
        "9223372036854775807", "-1", "1e9", "%", "{", "}", "\u00e9", "%F0%9F%92%A3", "//", ";", ":", "@", "#", "*",
        "__RequestVerificationToken", "\\",
    ];

    private static readonly string[] Types =
        ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data",
            "application/json", "text/plain", "application/x-www-form-urlencoded; charset=utf-7", "nonsense"];

    [Fact]
    [Trait("Soak", "console-requests")]
    public async Task Random_requests_never_fail_on_the_server()
    {
        await using Door door = await Door.OpenAsync();
        using HttpClient browser = await door.SignedInAsync(), stranger = door.Browser();

        int answered = 0;
        for (int seed = 0; seed < Soak.Times(400, 100_000); seed++)
        {
            Choice choice = new(seed);
            string path = "/" + string.Concat(Enumerable.Range(0, choice.Below(6)).Select(_ => choice.Of(Pieces)));
            if (!Uri.TryCreate(door.Server.Address, path, out Uri? address) || address.Host != door.Server.Address.Host)
                continue;

            using HttpRequestMessage request = new(
                new(choice.Of(["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "X"])), address);
            if (choice.Below(2) == 0)
            {
                request.Content = new ByteArrayContent(choice.Bytes(choice.Below(2000)));
                request.Content.Headers.TryAddWithoutValidation("Content-Type", choice.Of(Types));
            }

            if (choice.Below(3) == 0)
            {
                request.Headers.TryAddWithoutValidation("Accept",
                    choice.Of(["text/html", "*/*", "application/json", "q=;,"]));
            }
            if (choice.Below(4) == 0)
            {
                request.Headers.TryAddWithoutValidation("Cookie",
                    $"qbitel-session-{door.Server.Address.Port}={Convert.ToBase64String(choice.Bytes(32))}; =;;,");
            }

            using HttpResponseMessage answer = await (choice.Below(2) == 0 ? browser : stranger)
                .SendAsync(request, Cancellation);
            Assert.True((int)answer.StatusCode < 500,
                $"seed {seed}: {request.Method} {address} gave {answer.StatusCode}");
            answered++;
        }

        using HttpResponseMessage still = await browser.GetAsync("/machine", Cancellation);
        Assert.Equal(HttpStatusCode.OK, still.StatusCode);
        output.WriteLine($"{answered} random requests, no error of the server's own");
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: \r\n\r\n")]
    [InlineData("GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil\r\n\r\n")]
    [InlineData("POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n")]
    [InlineData(
        "POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999\r\nContent-Type: "
        + "application/x-www-form-urlencoded\r\n\r\na=b")]
    [InlineData(
        "POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\nContent-Type: "
        + "application/x-www-form-urlencoded\r\n\r\nzz\r\n")]
    [InlineData("\0\0\0\0\r\n\r\n")]
    public async Task What_is_not_HTTP_is_refused(string sent)
    {
        await using Door door = await Door.OpenAsync();
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, door.Server.Address.Port, Cancellation);

        await socket.SendAsync(Encoding.Latin1.GetBytes(sent), Cancellation);
        byte[] start = new byte[12];
        int size = await socket.ReceiveAsync(start, Cancellation);

        Assert.Matches("^HTTP/1.1 4[0-9]{2}$", Encoding.Latin1.GetString(start, 0, size));
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_refused()
    {
        await using Door door = await Door.OpenAsync();
        using HttpClient browser = await door.SignedInAsync();

        using HttpResponseMessage answer = await browser.PostAsync("/sign-out",
            new FormUrlEncodedContent([new("a", new string('x', 2 << 20))]), Cancellation);

        Assert.InRange((int)answer.StatusCode, 400, 499);
    }

    /// <summary>The same choices for the same seed, on every machine.</summary>
    private sealed class Choice(int seed)
    {
        private int _drawn;

        public int Below(int limit) => (int)(BitConverter.ToUInt32(Bytes(4)) % (uint)limit);

        public T Of<T>(T[] values) => values[Below(values.Length)];

        public byte[] Bytes(int count)
        {
            List<byte> bytes = [];
            while (bytes.Count < count) bytes.AddRange(SHA256.HashData(Encoding.ASCII.GetBytes($"{seed}/{_drawn++}")));
            return [.. bytes.Take(count)];
        }
    }
}
