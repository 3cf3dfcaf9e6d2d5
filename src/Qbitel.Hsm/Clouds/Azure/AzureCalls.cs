using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Azure;

namespace Qbitel.Hsm.Clouds.Azure;

/// <summary>
/// Calls with a token, a deadline and repetition where that does no harm, and their errors in our words.
/// </summary>
internal sealed class AzureCalls(
    HttpClient http, AzureSignIn signIn, Uri endpoint, AzureManagedHsmOptions options, TimeProvider time)
{
    public const int MaxAnswerSize = 1024 * 1024;
    private const string Version = "api-version=7.6";

    /// <summary>The answer of success.</summary>
    /// <exception cref="AuthenticationTagMismatchException">A decryption that the service refuses for what was
    /// sent.</exception>
    public async ValueTask<AzureReply> SendAsync(HsmOperation operation, TokenKeyId? id, bool isRepeatable,
        HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        Uri address = new(endpoint, $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{Version}");
        byte[]? bytes = body is null ? null : System.Text.Encoding.UTF8.GetBytes(body.ToJsonString());
        using CancellationTokenSource deadline = new(options.CallTimeout, time);
        using CancellationTokenSource both =
            CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            bool isRefreshed = false;
            for (int attempt = 1; ; attempt++)
            {
                TimeSpan pause = options.FirstPause * Math.Pow(2, attempt - 1)
                    * (0.5 + (RandomNumberGenerator.GetInt32(501) / 1000.0));
                try
                {
                    string? token = await signIn.TokenAsync(both.Token);
                    using HttpRequestMessage request = new(method, address);
                    if (token is not null) request.Headers.Authorization = new("Bearer", token);

                    // Without a token nothing of the content is sent: it is only to be challenged.
                    if (bytes is not null) request.Content = Json(token is null ? [] : bytes);
                    using HttpResponseMessage response = await http.SendAsync(
                        request, HttpCompletionOption.ResponseHeadersRead, both.Token);
                    await response.Content.LoadIntoBufferAsync(MaxAnswerSize, both.Token);
                    AzureReply reply = AzureReply.Parse(await response.Content.ReadAsByteArrayAsync(both.Token));
                    if (response.IsSuccessStatusCode && token is not null) return reply;
                    if (response.StatusCode == HttpStatusCode.Unauthorized && !isRefreshed)
                    {
                        if (await signIn.LearnAsync(response.Headers.WwwAuthenticate, token, both.Token)
                            || token is not null)
                        {
                            isRefreshed = token is not null;
                            continue;
                        }
                    }

                    bool isBusy = response.StatusCode == HttpStatusCode.TooManyRequests;
                    bool isPassing = (int)response.StatusCode >= 500;
                    if (attempt >= options.Attempts || !(isBusy || (isPassing && isRepeatable)))
                        throw Describe(operation, id, response.StatusCode, reply);
                    if (After(response.Headers.RetryAfter) is { } asked) pause = asked;
                }
                catch (HttpRequestException error) when (!both.IsCancellationRequested)
                {
                    bool isTooLong = error.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded;
                    if (isTooLong) throw AzureManagedHsm.Odd(operation, "the answer is longer than any answer is");
                    if (!isRepeatable || attempt >= options.Attempts)
                    {
                        throw Failed(operation, id, HsmFailure.Unavailable,
                            "the HSM cannot be reached or did not answer to the end", isTransient: true);
                    }
                }

                await Task.Delay(pause, time, both.Token);
            }
        }
        catch (Exception error) when (cancellationToken.IsCancellationRequested && error is not HsmException)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception error) when (deadline.IsCancellationRequested
            && error is OperationCanceledException or HttpRequestException or RequestFailedException)
        {
            throw Failed(operation, id, HsmFailure.Unavailable, string.Create(CultureInfo.InvariantCulture,
                $"no answer within {options.CallTimeout.TotalSeconds} seconds"), isTransient: true);
        }
        catch (Exception error)
            when (error is RequestFailedException or global::Azure.Identity.AuthenticationFailedException)
        {
            // Not kept inside: the text of a sign-in that failed can repeat what was sent.
            throw Failed(operation, id, HsmFailure.WrongSecret,
                "this process has no identity that Azure accepts: environment, workload identity and managed identity "
                + "were tried");
        }
    }

    /// <summary>A link of the service to its next page; only where it stays on this HSM.</summary>
    public string NextPage(HsmOperation operation, string link) =>
        Uri.TryCreate(link, UriKind.Absolute, out Uri? next) && next.Scheme == endpoint.Scheme
        && next.Authority == endpoint.Authority
            ? string.Join(
                '&', next.PathAndQuery.Split('&').Where(p => !p.StartsWith("api-version=", StringComparison.Ordinal)))
                .Replace("?" + Version, "?", StringComparison.Ordinal)
            : throw AzureManagedHsm.Odd(operation, "the next page is at another place than this HSM");

    private TimeSpan? After(RetryConditionHeaderValue? header) =>
        header?.Delta
        ?? (header?.Date is { } date ? TimeSpan.FromTicks(Math.Max(0, (date - time.GetUtcNow()).Ticks)) : null);

    private static Exception Describe(HsmOperation operation, TokenKeyId? id, HttpStatusCode status, AzureReply reply)
    {
        string code = reply["error"]["code"].Text is { Length: > 0 and <= 64 } named
            && named.All(char.IsAsciiLetterOrDigit) ? $"{(int)status} {named}" : $"{(int)status}";
        if (status == HttpStatusCode.BadRequest && operation is HsmOperation.Decrypt or HsmOperation.Unwrap)
        {
            return new AuthenticationTagMismatchException(
                $"key {id}: not made by this key for this data, or altered since.");
        }

        (HsmFailure failure, bool isTransient, string text) = status switch
        {
            HttpStatusCode.NotFound => (HsmFailure.KeyMissing, false, "the HSM has no such key"),
            HttpStatusCode.Unauthorized => (HsmFailure.WrongSecret, false, "the token of this process is not accepted"),
            HttpStatusCode.Forbidden => (HsmFailure.NotAllowed, false,
                "the HSM forbids it: the key is disabled or expired, or the identity of this process has no role for "
                + "it"),
            HttpStatusCode.Conflict => (HsmFailure.KeyConflict, false,
                "the name is taken by a key that was deleted and can still be recovered: purge it or use another key "
                + "name"),
            HttpStatusCode.TooManyRequests => (HsmFailure.Unavailable, true, "the HSM asks to come later"),
            >= HttpStatusCode.InternalServerError => (HsmFailure.Unavailable, true, "the HSM could not answer"),
            HttpStatusCode.OK => (HsmFailure.WrongSecret, false, "the HSM answers without asking who is there"),
            _ => (HsmFailure.Unavailable, false, "the HSM refuses"),
        };
        return Failed(operation, id, failure, $"{text} ({code})", isTransient);
    }

    private static HsmException Failed(HsmOperation operation, TokenKeyId? id, HsmFailure failure, string text,
        bool isTransient = false) => new(AzureManagedHsm.ProviderName, operation, failure,
            $"{(id is null ? "" : $"key {id}: ")}{text}.", isTransient);

    private static ByteArrayContent Json(byte[] bytes) =>
        new(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
}
