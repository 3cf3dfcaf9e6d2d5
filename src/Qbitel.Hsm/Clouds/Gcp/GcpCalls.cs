using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Qbitel.Hsm.Clouds.Gcp;

/// <summary>
/// Calls with a token, a deadline, checksums and repetition where that does no harm, and their errors in our words.
/// </summary>
internal sealed class GcpCalls(HttpClient http, GcpSignIn signIn, GcpKmsOptions options, TimeProvider time)
{
    public const int MaxAnswerSize = 1024 * 1024;

    /// <param name="operation">What it is for.</param>
    /// <param name="id">The key, for the message.</param>
    /// <param name="isRepeatable">Doing it twice is the same as doing it once.</param>
    /// <param name="method">The verb.</param>
    /// <param name="path">After <c>/v1/</c>.</param>
    /// <param name="body">What is sent.</param>
    /// <param name="isIntact">The checksums of the answer are right; asked again where they are not.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="AuthenticationTagMismatchException">A decryption that the service refuses for what was
    /// sent.</exception>
    public async ValueTask<GcpReply> SendAsync(
        HsmOperation operation, TokenKeyId? id, bool isRepeatable, HttpMethod method,
        string path, JsonObject? body, Func<GcpReply, bool>? isIntact, CancellationToken cancellationToken)
    {
        Uri address = new(options.Endpoint, $"/v1/{path}");
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
                    string token = await signIn.TokenAsync(both.Token);
                    using HttpRequestMessage request = new(method, address);
                    request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
                    if (bytes is not null)
                    {
                        request.Content = new ByteArrayContent(bytes);
                        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                    }

                    using HttpResponseMessage response = await http.SendAsync(
                        request, HttpCompletionOption.ResponseHeadersRead, both.Token);
                    await response.Content.LoadIntoBufferAsync(MaxAnswerSize, both.Token);
                    GcpReply reply = GcpReply.Parse(await response.Content.ReadAsByteArrayAsync(both.Token));
                    if (response.IsSuccessStatusCode)
                    {
                        if (isIntact is null || isIntact(reply)) return reply;
                        if (attempt >= options.Attempts)
                        {
                            throw Failed(operation, id, HsmFailure.Damaged,
                                "what was sent or answered is not what its checksum says", isTransient: true);
                        }
                    }
                    else
                    {
                        if (response.StatusCode == HttpStatusCode.Unauthorized && !isRefreshed)
                        {
                            signIn.Forget(token);
                            isRefreshed = true;
                            continue;
                        }

                        bool isBusy = response.StatusCode == HttpStatusCode.TooManyRequests;
                        if (attempt >= options.Attempts
                            || !(isBusy || ((int)response.StatusCode >= 500 && isRepeatable)))
                        {
                            throw Describe(operation, id, response.StatusCode, reply["error"]["status"].Text);
                        }

                        if (After(response.Headers.RetryAfter) is { } asked) pause = asked;
                    }
                }
                catch (HttpRequestException error) when (!both.IsCancellationRequested)
                {
                    if (error.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
                        throw GcpKms.Odd(operation, "the answer is longer than any answer is");
                    if (!isRepeatable || attempt >= options.Attempts)
                    {
                        throw Failed(operation, id, HsmFailure.Unavailable,
                            "Cloud KMS cannot be reached or did not answer to the end", isTransient: true);
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
            && error is OperationCanceledException or HttpRequestException)
        {
            throw Failed(operation, id, HsmFailure.Unavailable, string.Create(CultureInfo.InvariantCulture,
                $"no answer within {options.CallTimeout.TotalSeconds} seconds"), isTransient: true);
        }
    }

    public Task PauseAsync(int attempt, CancellationToken cancellationToken) =>
        Task.Delay(options.FirstPause * Math.Pow(2, attempt - 1), time, cancellationToken);

    private TimeSpan? After(RetryConditionHeaderValue? header) =>
        header?.Delta
        ?? (header?.Date is { } date ? TimeSpan.FromTicks(Math.Max(0, (date - time.GetUtcNow()).Ticks)) : null);

    // google.rpc.Code and its HTTP mapping.
    private static Exception Describe(HsmOperation operation, TokenKeyId? id, HttpStatusCode status, string? named)
    {
        string code = named is { Length: > 0 and <= 64 } && named.All(c => char.IsAsciiLetterUpper(c) || c == '_')
            ? $"{(int)status} {named}" : $"{(int)status}";
        if (status == HttpStatusCode.BadRequest && named != "FAILED_PRECONDITION"
            && operation is HsmOperation.Decrypt or HsmOperation.Unwrap)
        {
            return new AuthenticationTagMismatchException(
                $"key {id}: not made by this key for this data, or altered since.");
        }

        if (status == HttpStatusCode.BadRequest && named != "FAILED_PRECONDITION"
            && operation == HsmOperation.Decapsulate)
        {
            return new CryptographicException($"key {id}: Cloud KMS takes no such ciphertext.");
        }

        (HsmFailure failure, bool isTransient, string text) = (int)status switch
        {
            404 => (HsmFailure.KeyMissing, false, "Cloud KMS has no such key"),
            400 when named == "FAILED_PRECONDITION" => (HsmFailure.NotAllowed, false,
                "the key is disabled, or in a state in which it cannot do this"),
            401 => (HsmFailure.WrongSecret, false, "the token of this process is not accepted"),
            403 => (HsmFailure.NotAllowed, false,
                "the identity of this process may not do this; docs/guides/cloud-keys.md lists the roles"),
            409 => (HsmFailure.KeyConflict, false, "the name is taken"),
            429 => (HsmFailure.Unavailable, true, "Cloud KMS asks to come later: a quota is used up"),
            >= 500 => (HsmFailure.Unavailable, true, "Cloud KMS could not answer"),
            _ => (HsmFailure.Unavailable, false, "Cloud KMS refuses"),
        };
        return Failed(operation, id, failure, $"{text} ({code})", isTransient);
    }

    private static HsmException Failed(HsmOperation operation, TokenKeyId? id, HsmFailure failure, string text,
        bool isTransient = false) => new(GcpKms.ProviderName, operation, failure,
            $"{(id is null ? "" : $"key {id}: ")}{text}.", isTransient);
}
