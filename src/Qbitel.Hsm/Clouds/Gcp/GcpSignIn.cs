using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Qbitel.Hsm.Clouds.Gcp;

/// <summary>
/// Tokens for Google: an assertion signed with the key of a service account (RFC 7523), or what the metadata server
/// gives the machine.
/// </summary>
internal sealed class GcpSignIn : IDisposable
{
    private const string Scope = "https://www.googleapis.com/auth/cloudkms";
    private static readonly Uri Metadata =
        new("http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token");

    private static readonly TimeSpan Early = TimeSpan.FromMinutes(5);

    private readonly HttpClient _http;
    private readonly TimeProvider _time;
    private readonly RSA? _key;
    private readonly string? _account;
    private readonly string? _keyId;
    private readonly Uri? _tokens;
    private readonly SemaphoreSlim _gate = new(1);
    private string? _token;
    private DateTimeOffset _until;

    /// <param name="http">The way to the network.</param>
    /// <param name="file">The service account's file; null for the metadata server.</param>
    /// <param name="time">The clock.</param>
    public GcpSignIn(HttpClient http, string? file, TimeProvider time)
    {
        (_http, _time) = (http, time);
        if (file is null) return;
        GcpReply account;
        byte[] bytes = [];
        try
        {
            bytes = File.ReadAllBytes(file);
            account = GcpReply.Parse(bytes);
            if (account["type"].Text != "service_account")
            {
                throw Refused("the file of GOOGLE_APPLICATION_CREDENTIALS is not of a service account; other kinds are "
                    + "not supported");
            }

            _account = account["client_email"].Text;
            _keyId = account["private_key_id"].Text;

            // An assertion is for Google alone: whoever else it was sent to could use it there.
            _tokens = account["token_uri"].Text is { } text && Uri.TryCreate(text, UriKind.Absolute, out Uri? uri)
                && uri is { Scheme: "https", Host: "oauth2.googleapis.com" } ? uri : null;
            _key = RSA.Create();
            _key.ImportFromPem(account["private_key"].Text ?? "");
            if (_account is null || _tokens is null || _key.KeySize < 2048)
                throw new CryptographicException("incomplete");
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            _key?.Dispose();
            throw Refused(
                $"the file of GOOGLE_APPLICATION_CREDENTIALS, {file}, cannot be read or is not what Google gives out");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    public async ValueTask<string> TokenAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_token is not null && _until - Early > _time.GetUtcNow()) return _token;
            DateTimeOffset asked = _time.GetUtcNow();
            using HttpRequestMessage request = _key is null ? AskMetadata() : AskGoogle(asked);
            using HttpResponseMessage response = await _http.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            await response.Content.LoadIntoBufferAsync(GcpCalls.MaxAnswerSize, cancellationToken);
            GcpReply reply = GcpReply.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            if ((int)response.StatusCode >= 500)
            {
                throw new HsmException(GcpKms.ProviderName, HsmOperation.Open, HsmFailure.Unavailable,
                    "the place that gives out tokens could not answer.", isTransient: true);
            }

            bool isMetadata = _key is not null
                || (response.Headers.TryGetValues("Metadata-Flavor", out IEnumerable<string>? flavor)
                && flavor.Contains("Google", StringComparer.Ordinal));
            if (!response.IsSuccessStatusCode || !isMetadata || reply["access_token"].Text is not { Length: > 0 } token
                || !token.All(c => c is > ' ' and < '\x7f') || reply["expires_in"].Number is not { } seconds
                || seconds is not (> 0 and < 1e6))
            {
                throw Refused("Google gave no token for the identity of this process");
            }

            _until = asked.AddSeconds(seconds);
            return _token = token;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The service did not take this token: the next call draws another.</summary>
    public void Forget(string token) => Interlocked.CompareExchange(ref _token, null, token);

    public void Dispose()
    {
        _key?.Dispose();
        _gate.Dispose();
    }

    public override string ToString() => "***";

    private static HttpRequestMessage AskMetadata() =>
        new(HttpMethod.Get, Metadata) { Headers = { { "Metadata-Flavor", "Google" } } };

    private HttpRequestMessage AskGoogle(DateTimeOffset now)
    {
        JsonObject header = new() { ["alg"] = "RS256", ["typ"] = "JWT" };
        if (_keyId is not null) header["kid"] = _keyId;
        JsonObject claims = new()
        {
            ["iss"] = _account,
            ["scope"] = Scope,
            ["aud"] = _tokens!.AbsoluteUri,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.ToUnixTimeSeconds() + 3600,
        };
        string signed = $"{Part(header)}.{Part(claims)}";
        byte[] signature = _key!.SignData(
            Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return new HttpRequestMessage(HttpMethod.Post, _tokens)
        {
            Content = new FormUrlEncodedContent(
            [
                new("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                new("assertion", $"{signed}.{Base64Url.EncodeToString(signature)}"),
            ]),
        };

        static string Part(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));
    }

    private static HsmException Refused(string text) =>
        new(GcpKms.ProviderName, HsmOperation.Open, HsmFailure.WrongSecret, text + ".");
}
