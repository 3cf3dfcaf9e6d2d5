using System.Net.Http.Headers;
using Azure.Core;

namespace Qbitel.Hsm.Clouds.Azure;

/// <summary>
/// Tokens for one HSM. Which authority and resource is asked of the HSM's challenge, and believed only where the
/// resource is the HSM's own domain: a token must not be drawn for, and sent to, somebody else.
/// </summary>
internal sealed class AzureSignIn(TokenCredential credential, Uri endpoint, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _gate = new(1);
    private TokenRequestContext? _request;
    private AccessToken? _token;

    /// <summary>The token; null before the first challenge.</summary>
    public async ValueTask<string?> TokenAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_request is not { } request) return null;
            if (_token is not { } held || held.ExpiresOn - Early <= time.GetUtcNow())
                _token = held = await credential.GetTokenAsync(request, cancellationToken);
            return held.Token;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Takes the challenge of a refusal in; false where it gives no reason to try again.</summary>
    public async ValueTask<bool> LearnAsync(
        HttpHeaderValueCollection<AuthenticationHeaderValue> challenges, string? refused,
        CancellationToken cancellationToken)
    {
        Dictionary<string, string> parts = new(StringComparer.OrdinalIgnoreCase);
        string? text =
            challenges.FirstOrDefault(c => c.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))?.Parameter;
        foreach (string part in (text ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.IndexOf('=', StringComparison.Ordinal) is > 0 and int at)
                parts[part[..at]] = part[(at + 1)..].Trim('"');
        }

        string? resource = parts.GetValueOrDefault("resource");
        string? authority = parts.GetValueOrDefault("authorization") ?? parts.GetValueOrDefault("authorization_uri");
        if (!Uri.TryCreate(resource, UriKind.Absolute, out Uri? of) || of.Scheme != Uri.UriSchemeHttps
            || !endpoint.Host.EndsWith($".{of.Host}", StringComparison.OrdinalIgnoreCase))
        {
            throw new HsmException(AzureManagedHsm.ProviderName, HsmOperation.Open, HsmFailure.WrongSecret,
                $"the challenge of {endpoint.Host} asks for a token of another service; none was drawn.");
        }

        string? tenant = Uri.TryCreate(authority, UriKind.Absolute, out Uri? login)
            && login.Scheme == Uri.UriSchemeHttps
            ? login.AbsolutePath.Trim('/') : null;
        if (tenant is not { Length: > 0 and <= 64 }
            || !tenant.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.'))
        {
            throw new HsmException(AzureManagedHsm.ProviderName, HsmOperation.Open, HsmFailure.WrongSecret,
                $"the challenge of {endpoint.Host} names no tenant.");
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            bool isNew = refused is null || _token is not { } held || held.Token != refused;
            _request = new TokenRequestContext([$"https://{of.Host}/.default"], tenantId: tenant);
            if (refused is not null && _token is { } old && old.Token == refused) _token = null;
            return isNew;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    public override string ToString() => "***";
}
