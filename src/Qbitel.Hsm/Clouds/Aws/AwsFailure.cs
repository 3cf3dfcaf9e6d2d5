using System.Net;
using Amazon.Runtime;

namespace Qbitel.Hsm.Clouds.Aws;

/// <summary>
/// What an error of AWS KMS means to the caller. Only the code is shown: the text of some errors repeats signed
/// headers, a session token among them.
/// </summary>
internal static class AwsFailure
{
    // AWS KMS API Reference, "Common Errors" and the errors of each operation.
    public static bool IsThrottling(Exception error) => Code(error) is
        "ThrottlingException" or "Throttling" or "RequestLimitExceeded" or "TooManyRequestsException"
        || error is AmazonServiceException { StatusCode: HttpStatusCode.TooManyRequests };

    /// <summary>The service could not answer this time; whether it has done the work is not known.</summary>
    public static bool IsPassing(Exception error) =>
        Code(error) is "KMSInternalException" or "DependencyTimeoutException"
        or "KeyUnavailableException" or "InternalFailure" or "ServiceUnavailable" or "RequestTimeout"
        || error is IOException
            or HttpRequestException { HttpRequestError: not HttpRequestError.ConfigurationLimitExceeded }
        || error is AmazonServiceException { StatusCode: >= HttpStatusCode.InternalServerError };

    public static bool IsOurs(Exception error) => error is AmazonServiceException or AmazonClientException
        or HttpRequestException or IOException or FormatException or System.Text.Json.JsonException
        || IsUnreadable(error);

    // What the SDK's readers throw at an answer that is no answer.
    private static bool IsUnreadable(Exception error) =>
        error is OverflowException or InvalidCastException or ArgumentException
        || error is InvalidOperationException and not ObjectDisposedException;

    public static HsmException Describe(HsmOperation operation, TokenKeyId? id, Exception error)
    {
        string key = id is null ? "" : $"key {id}: ";
        string? code = Code(error);
        string request = error is AmazonServiceException { RequestId: { Length: > 0 and <= 64 } number }
            && number.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') ? $", request {number}" : "";
        (HsmFailure failure, bool isTransient, string text) = code switch
        {
            _ when IsThrottling(error) => (HsmFailure.Unavailable, true,
                "AWS KMS asks to come later: the account's quota of calls is used up"),
            "NotFoundException" => (HsmFailure.KeyMissing, false, "AWS KMS has no such key"),
            "DisabledException" => (HsmFailure.NotAllowed, false, "the key is disabled; enable it in AWS KMS"),
            "KMSInvalidStateException" => (HsmFailure.NotAllowed, false,
                "the key is in a state in which it cannot do this"),
            "InvalidKeyUsageException" => (HsmFailure.NotAllowed, false, "the key is not for that use"),
            "AccessDeniedException" or "AccessDenied" => (HsmFailure.NotAllowed, false,
                "the identity of this process may not do this; docs/guides/cloud-keys.md lists the permissions"),
            "ExpiredTokenException" or "ExpiredToken" or "UnrecognizedClientException" or "InvalidClientTokenId"
                or "MissingAuthenticationToken" or "MissingAuthenticationTokenException"
                or "IncompleteSignature" or "IncompleteSignatureException" or "NotAuthorized" or "OptInRequired" =>
                (HsmFailure.WrongSecret, false, "the credentials of this process are not accepted or have expired"),
            "InvalidSignatureException" or "SignatureDoesNotMatch" or "RequestExpired" =>
                (HsmFailure.WrongSecret, false, "the signature of the call is not accepted: either the credentials are "
                    + "wrong, or the clock of this machine is more than five minutes off"),
            "LimitExceededException" => (HsmFailure.Exhausted, false, "a quota of the account is reached"),
            "UnsupportedOperationException" or "UnknownOperationException" => (HsmFailure.Unsupported, false,
                "AWS KMS does not do this here"),
            "AlreadyExistsException" => (HsmFailure.KeyConflict, false, "the alias is taken"),
            _ when IsPassing(error) => (HsmFailure.Unavailable, true,
                code is null ? "AWS KMS did not answer to the end" : "AWS KMS could not answer"),
            null when error is AmazonClientException => (HsmFailure.WrongSecret, false,
                "no call could be signed or sent: the chain of the SDK found no credentials, or cannot use them"),
            null => (HsmFailure.Damaged, false, "the answer of AWS KMS is not understood"),
            _ => (HsmFailure.Unavailable, false, "AWS KMS refuses"),
        };
        if (error is AmazonUnmarshallingException)
            (failure, isTransient, text) = (HsmFailure.Damaged, false, "the answer of AWS KMS is not understood");

        // The error itself is not kept inside: its text may hold what must not be logged.
        return new HsmException(AwsKms.ProviderName, operation, failure,
            $"{key}{text}{(code is null ? "" : $" ({Clean(code)}{request})")}.", isTransient);
    }

    private static string? Code(Exception error) =>
        error is AmazonServiceException { ErrorCode: { Length: > 0 } code } ? code : null;

    private static string Clean(string code) =>
        code.Length <= 64 && code.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_') ? code : "unknown error";
}
