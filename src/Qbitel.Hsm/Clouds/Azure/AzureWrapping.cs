using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Qbitel.Hsm.Clouds.Azure;

/// <summary>Keys under AES-256 keys of the HSM, by AES key wrap (RFC 3394), which binds no context.</summary>
/// <remarks>
/// What is wrapped begins with the version that wrapped it, 32 characters, so that a rotation closes nothing.
/// </remarks>
public sealed class AzureWrapping
{
    private const int VersionSize = 32;
    private const int MaxMaterialSize = 4096;

    private readonly AzureManagedHsm _provider;
    private readonly AzureCalls _calls;
    private readonly AzureKeys _keys;
    private readonly AzureManagedHsmOptions _options;

    internal AzureWrapping(
        AzureManagedHsm provider, AzureCalls calls, AzureKeys keys, AzureManagedHsmOptions options) =>
        (_provider, _calls, _keys, _options) = (provider, calls, keys, options);

    /// <summary>Makes the wrapping key unless there is one of that name.</summary>
    public async ValueTask EnsureAsync(TokenKeyId id, CancellationToken cancellationToken)
    {
        using HsmProvider.Visit visit = _provider.Enter(cancellationToken);
        try
        {
            await _calls.SendAsync(HsmOperation.GenerateKey, id, true, HttpMethod.Get, $"keys/{NameOf(id)}", null,
                cancellationToken);
        }
        catch (HsmException missing) when (missing.Failure == HsmFailure.KeyMissing)
        {
            await _keys.CreateBareAsync(
                id, NameOf(id), "oct-HSM", null, ["wrapKey", "unwrapKey"], "wrapping", cancellationToken);
        }
    }

    /// <param name="id">The wrapping key.</param>
    /// <param name="material">16 to 4,096 bytes, a multiple of eight.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async ValueTask<byte[]> WrapAsync(
        TokenKeyId id, ReadOnlyMemory<byte> material, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(material.Length, 16, nameof(material));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(material.Length, MaxMaterialSize, nameof(material));
        ArgumentOutOfRangeException.ThrowIfNotEqual(material.Length % 8, 0, nameof(material));
        using HsmProvider.Visit visit = _provider.Enter(cancellationToken);
        AzureReply reply = await _calls.SendAsync(HsmOperation.Wrap, id, true, HttpMethod.Post,
            $"keys/{NameOf(id)}/wrapkey", Body(material.Span), cancellationToken);
        string version = _keys.VersionOf(HsmOperation.Wrap, NameOf(id), reply["kid"].Text);
        return version.Length == VersionSize && reply["value"].Bytes is { } wrapped
            && wrapped.Length == material.Length + 8
            ? [.. Encoding.ASCII.GetBytes(version), .. wrapped]
            : throw AzureManagedHsm.Odd(HsmOperation.Wrap, "what the HSM gives is no wrapped key");
    }

    /// <summary>The caller zeroes what comes out.</summary>
    /// <exception cref="AuthenticationTagMismatchException">Not wrapped by this key, or altered.</exception>
    public async ValueTask<byte[]> UnwrapAsync(
        TokenKeyId id, ReadOnlyMemory<byte> wrapped, CancellationToken cancellationToken)
    {
        using HsmProvider.Visit visit = _provider.Enter(cancellationToken);
        int size = wrapped.Length - VersionSize;
        string version = size is >= 24 and <= MaxMaterialSize + 8 && size % 8 == 0
            ? Encoding.Latin1.GetString(wrapped.Span[..VersionSize]) : "";
        if (version.Length == 0 || !version.All(char.IsAsciiLetterOrDigit))
            throw new AuthenticationTagMismatchException($"Not wrapped by key {id}, or altered since.");
        AzureReply reply = await _calls.SendAsync(HsmOperation.Unwrap, id, true, HttpMethod.Post,
            $"keys/{NameOf(id)}/{version}/unwrapkey", Body(wrapped.Span[VersionSize..]), cancellationToken);
        return reply["value"].Bytes is { } material && material.Length == size - 8 ? material
            : throw AzureManagedHsm.Odd(HsmOperation.Unwrap, "what the HSM gives is no unwrapped key");
    }

    /// <summary>A new version that wraps from now on; what earlier ones wrapped is still opened.</summary>
    public async ValueTask RotateAsync(TokenKeyId id, CancellationToken cancellationToken)
    {
        using HsmProvider.Visit visit = _provider.Enter(cancellationToken);
        await _calls.SendAsync(HsmOperation.GenerateKey, id, false, HttpMethod.Post, $"keys/{NameOf(id)}/rotate",
            [], cancellationToken);
    }

    /// <summary>False when there was none.</summary>
    public async ValueTask<bool> DestroyAsync(TokenKeyId id, CancellationToken cancellationToken)
    {
        using HsmProvider.Visit visit = _provider.Enter(cancellationToken);
        return await _keys.DestroyAsync(id, NameOf(id), cancellationToken);
    }

    private string NameOf(TokenKeyId id) => $"{_options.KeyPrefix}-wrapping-{id}";

    private static JsonObject Body(ReadOnlySpan<byte> value) =>
        new() { ["alg"] = "A256KW", ["value"] = Base64Url.EncodeToString(value) };
}
