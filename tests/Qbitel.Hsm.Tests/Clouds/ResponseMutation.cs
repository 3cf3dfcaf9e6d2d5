using System.Net;
using System.Security.Cryptography;

namespace Qbitel.Hsm.Tests.Clouds;

/// <summary>
/// Answers of a server, damaged on their way: what a client makes of them must be a value or an error in its words.
/// </summary>
internal sealed class ResponseMutation(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private static readonly byte[][] Pieces =
    [
        "null"u8.ToArray(), "{"u8.ToArray(), "[[[["u8.ToArray(), "\""u8.ToArray(), "-1e999"u8.ToArray(),
        "\\ud800"u8.ToArray(), "true"u8.ToArray(), ":"u8.ToArray(), ","u8.ToArray(), "99999999999999999999"u8.ToArray(),
    ];

    public bool IsOn { get; set; }

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
        if (!IsOn) return response;
        List<byte> body = [.. await response.Content.ReadAsByteArrayAsync(cancellationToken)];
        int changes = RandomNumberGenerator.GetInt32(4);
        for (int i = 0; i < changes; i++)
        {
            int at = RandomNumberGenerator.GetInt32(body.Count + 1);
            switch (RandomNumberGenerator.GetInt32(5))
            {
                case 0 when at < body.Count:
                    body[at] ^= (byte)(1 << RandomNumberGenerator.GetInt32(8));
                    break;
                case 1:
                    body.RemoveRange(at, Math.Min(RandomNumberGenerator.GetInt32(1, 20), body.Count - at));
                    break;
                case 2:
                    body.InsertRange(at, Pieces[RandomNumberGenerator.GetInt32(Pieces.Length)]);
                    break;
                case 3:
                    body.RemoveRange(at, body.Count - at);
                    break;
                default:
                    int end = Math.Min(body.Count, at + 8);
                    for (int j = at; j < end; j++) body[j] = (byte)RandomNumberGenerator.GetInt32(256);
                    break;
            }
        }

        ByteArrayContent content = new([.. body]);
        content.Headers.ContentType = response.Content.Headers.ContentType;
        response.Content = content;
        if (RandomNumberGenerator.GetInt32(8) == 0)
        {
            response.StatusCode =
                (HttpStatusCode)(RandomNumberGenerator.GetInt32(2, 6) * 100 + RandomNumberGenerator.GetInt32(30));
        }

        return response;
    }

    /// <summary>
    /// Runs it: anything but a value, an error of the provider or a refusal to decrypt fails the test.
    /// </summary>
    public static async Task ShakeAsync(int times, params Func<Task>[] calls)
    {
        int refused = 0;
        for (int i = 0; i < times; i++)
        {
            try
            {
                await calls[i % calls.Length]();
            }
            catch (Exception error) when (error is HsmException or CryptographicException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, times / 20, times);
    }
}
