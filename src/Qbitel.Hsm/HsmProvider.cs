using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Hsm;

/// <summary>A box that keeps private keys and uses them when asked: a software token, a device, a cloud.</summary>
/// <remarks>
/// Safe for concurrent use. Private keys never leave it: there is no export. Who may ask for what is decided upstairs.
/// The public methods check; a vendor overrides the <c>…CoreAsync</c> methods and may rely on those checks.
/// </remarks>
public abstract class HsmProvider : IAsyncDisposable
{
    public const int NonceSize = 12;

    public const int TagSize = 16;

    public const int MaxRandomSize = 64 * 1024;

    /// <summary>How often one key may encrypt under a random 96-bit nonce (NIST SP 800-38D, section 8.3).</summary>
    public const long MaxEncryptionsPerKey = 1L << 32;

    private readonly Lock _gate = new();
    private HsmCards? _cards;
    private int _inside;
    private TaskCompletionSource? _closing;

    /// <summary>The name it is configured by, e.g. <c>software</c>.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// True where keys of this algorithm live and work inside hardware; a policy that requires an HSM asks this.
    /// </summary>
    public abstract bool KeepsInHardware(KeyAlgorithm algorithm);

    /// <summary>What this box does with card keys. One that does nothing says so of every operation.</summary>
    public HsmCards Cards => _cards ??= MakeCards();

    /// <summary>
    /// Whether the operation can be asked for keys of this algorithm; where it is false the operation throws
    /// <see cref="NotSupportedException"/>.
    /// </summary>
    public bool Supports(HsmOperation operation, KeyAlgorithm algorithm)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        if (!Fits(operation, algorithm)) return false;
        return algorithm is CardKeyAlgorithm card && operation >= HsmOperation.ImportCardKey
            ? Cards.Supports(operation, card) : SupportsCore(operation, algorithm);
    }

    /// <summary>Why <see cref="Supports"/> says no, e.g. the mechanism a device lacks; null when it says yes.</summary>
    public string? WhyNot(HsmOperation operation, KeyAlgorithm algorithm) =>
        Supports(operation, algorithm) ? null
        : !Fits(operation, algorithm) ? $"{operation} is nothing that {algorithm} keys do"
        : WhyNotCore(operation, algorithm) ?? "the provider has no such operation";

    /// <summary>Makes a key, or returns the one that already has this name.</summary>
    /// <exception cref="HsmException">The name belongs to a key of another algorithm, or the device failed.</exception>
    public async ValueTask<HsmKey> GenerateKeyAsync(
        TokenKeyId id, KeyAlgorithm algorithm, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        using Visit visit = Enter(cancellationToken);
        Require(HsmOperation.GenerateKey, algorithm);

        HsmKey key = await FindBeforeGenerateCoreAsync(id, cancellationToken)
            ?? await GenerateKeyCoreAsync(id, algorithm, cancellationToken);
        return key.Algorithm == algorithm ? key : throw Failed(HsmOperation.GenerateKey, HsmFailure.KeyConflict,
            $"key {id} exists with algorithm {key.Algorithm}, asked for was {algorithm}. "
            + "A key never changes its algorithm: use another key name.");
    }

    public async ValueTask<HsmKey?> FindAsync(TokenKeyId id, CancellationToken cancellationToken)
    {
        using Visit visit = Enter(cancellationToken);
        return await FindCoreAsync(id, cancellationToken);
    }

    /// <summary>
    /// All keys, in no particular order. Damaged objects do not hide sound ones: they are reported by an exception at
    /// the end.
    /// </summary>
    public async IAsyncEnumerable<HsmKey> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Enter(cancellationToken).Dispose(); // an enumeration may be left unfinished: it does not keep the provider open
        await foreach (HsmKey key in ListCoreAsync(cancellationToken)) yield return key;
    }

    /// <summary>Signs <paramref name="data"/> itself, not a digest, bound to a context.</summary>
    public async ValueTask<byte[]> SignAsync(
        HsmKey key, ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        using Visit visit = Enter(cancellationToken);
        Require(HsmOperation.Sign, key.Algorithm);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            context.Length, ((SignatureAlgorithm)key.Algorithm).MaxContextSize, nameof(context));

        return await SignCoreAsync(key, data, context, cancellationToken);
    }

    /// <summary>True only for a signature by this key over exactly this data and context.</summary>
    public async ValueTask<bool> VerifyAsync(
        HsmKey key, ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> signature, ReadOnlyMemory<byte> context,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        using Visit visit = Enter(cancellationToken);
        Require(HsmOperation.Verify, key.Algorithm);

        return await VerifyCoreAsync(key, data, signature, context, cancellationToken);
    }

    /// <summary>
    /// Encrypts into a container: nonce (12 bytes), ciphertext, tag (16 bytes). The associated data is bound, not
    /// stored.
    /// </summary>
    /// <exception cref="HsmException">
    /// <see cref="HsmFailure.Exhausted"/>: the key has encrypted as often as it may.
    /// </exception>
    public async ValueTask<byte[]> EncryptAsync(
        HsmKey key, ReadOnlyMemory<byte> plaintext, ReadOnlyMemory<byte> associatedData,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        using Visit visit = Enter(cancellationToken);
        Require(HsmOperation.Encrypt, key.Algorithm);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            plaintext.Length, Array.MaxLength - NonceSize - TagSize, nameof(plaintext));

        return await EncryptCoreAsync(key, plaintext, associatedData, cancellationToken);
    }

    /// <summary>Opens a container of <see cref="EncryptAsync"/>.</summary>
    /// <exception cref="AuthenticationTagMismatchException">
    /// Not made by this key for this associated data, or altered since.
    /// </exception>
    public async ValueTask<byte[]> DecryptAsync(
        HsmKey key, ReadOnlyMemory<byte> container, ReadOnlyMemory<byte> associatedData,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        using Visit visit = Enter(cancellationToken);
        Require(HsmOperation.Decrypt, key.Algorithm);
        if (container.Length < NonceSize + TagSize)
        {
            throw new AuthenticationTagMismatchException(
                $"The container has {container.Length} bytes; nonce and tag alone take {NonceSize + TagSize}.");
        }

        return await DecryptCoreAsync(key, container, associatedData, cancellationToken);
    }

    /// <summary>
    /// Recovers the shared secret of a KEM, raw, for the key schedule above it. A modified ciphertext gives another
    /// secret.
    /// </summary>
    /// <remarks>The caller zeroes it.</remarks>
    /// <exception cref="CryptographicException">A classical half of the ciphertext is no valid point.</exception>
    public async ValueTask<byte[]> DecapsulateAsync(
        HsmKey key, ReadOnlyMemory<byte> ciphertext, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        using Visit visit = Enter(cancellationToken);
        Require(HsmOperation.Decapsulate, key.Algorithm);
        ArgumentOutOfRangeException.ThrowIfNotEqual(
            ciphertext.Length, ((KemAlgorithm)key.Algorithm).CiphertextSize, nameof(ciphertext));

        return await DecapsulateCoreAsync(key, ciphertext, cancellationToken);
    }

    /// <summary>
    /// Removes a key for good. False when there was none, so that a repeated destruction is no error.
    /// </summary>
    public async ValueTask<bool> DestroyAsync(TokenKeyId id, CancellationToken cancellationToken)
    {
        using Visit visit = Enter(cancellationToken);
        return await DestroyCoreAsync(id, cancellationToken);
    }

    /// <summary>Random bytes from the device's own source.</summary>
    public async ValueTask<byte[]> RandomBytesAsync(int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxRandomSize);
        using Visit visit = Enter(cancellationToken);
        return await RandomBytesCoreAsync(count, cancellationToken);
    }

    /// <summary>The key as somebody who signs; valid as long as this provider is.</summary>
    public Signer SignerFor(HsmKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Require(HsmOperation.Sign, key.Algorithm);
        return new HsmSigner(this, key, (SignatureAlgorithm)key.Algorithm);
    }

    /// <summary>
    /// Refuses new calls and waits for those under way, so that no secret is zeroed under their hands.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        bool first;
        lock (_gate)
        {
            first = _closing is null;
            _closing ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_inside == 0) _closing.TrySetResult();
        }

        await _closing.Task;
        if (first) await DisposeCoreAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>The card cryptography of this box; a vendor that has any overrides this and nothing else.</summary>
    protected virtual HsmCards MakeCards() => new AbsentCards(this);

    protected abstract bool SupportsCore(HsmOperation operation, KeyAlgorithm algorithm);

    /// <summary>Why <see cref="SupportsCore"/> says no, for the message; null where there is no more to say.</summary>
    protected virtual string? WhyNotCore(HsmOperation operation, KeyAlgorithm algorithm) => null;

    /// <summary>
    /// Makes the key unless the name has been taken since it was looked for; then returns that one, of whatever
    /// algorithm.
    /// </summary>
    protected abstract ValueTask<HsmKey> GenerateKeyCoreAsync(
        TokenKeyId id, KeyAlgorithm algorithm, CancellationToken cancellationToken);

    /// <summary>The look before a creation; many boxes behind one name have a rule of their own for it.</summary>
    protected virtual ValueTask<HsmKey?> FindBeforeGenerateCoreAsync(
        TokenKeyId id, CancellationToken cancellationToken) => FindCoreAsync(id, cancellationToken);

    protected abstract ValueTask<HsmKey?> FindCoreAsync(TokenKeyId id, CancellationToken cancellationToken);

    protected abstract IAsyncEnumerable<HsmKey> ListCoreAsync(CancellationToken cancellationToken);

    protected abstract ValueTask<byte[]> SignCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> context, CancellationToken cancellationToken);

    /// <summary>Verifies with the public half, outside the device: no secret is needed.</summary>
    protected virtual ValueTask<bool> VerifyCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> signature, ReadOnlyMemory<byte> context,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        try
        {
            using SignatureKey publicKey = SignatureKeys.ImportPublic(
                (SignatureAlgorithm)key.Algorithm, key.PublicKey.Span);
            return ValueTask.FromResult(publicKey.Verify(data.Span, signature.Span, context.Span));
        }
        catch (CryptographicException)
        {
            return ValueTask.FromResult(false); // a description with an impossible public key proves nothing
        }
    }

    protected abstract ValueTask<byte[]> EncryptCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> plaintext, ReadOnlyMemory<byte> associatedData,
        CancellationToken cancellationToken);

    protected abstract ValueTask<byte[]> DecryptCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> container, ReadOnlyMemory<byte> associatedData,
        CancellationToken cancellationToken);

    protected abstract ValueTask<byte[]> DecapsulateCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> ciphertext, CancellationToken cancellationToken);

    protected abstract ValueTask<bool> DestroyCoreAsync(TokenKeyId id, CancellationToken cancellationToken);

    protected abstract ValueTask<byte[]> RandomBytesCoreAsync(int count, CancellationToken cancellationToken);

    protected abstract ValueTask DisposeCoreAsync();

    protected HsmException Failed(
        HsmOperation operation, HsmFailure failure, string message, bool isTransient = false,
        Exception? inner = null) =>
        new(Name, operation, failure, message, isTransient, inner);

    private static bool Fits(HsmOperation operation, KeyAlgorithm algorithm) => operation switch
    {
        HsmOperation.Sign or HsmOperation.Verify => algorithm is SignatureAlgorithm,
        HsmOperation.Encrypt or HsmOperation.Decrypt => algorithm is CipherAlgorithm,
        HsmOperation.Decapsulate => algorithm is KemAlgorithm,
        HsmOperation.Wrap or HsmOperation.Unwrap => false, // keys of device kinds, not of algorithms
        HsmOperation.GenerateKey => algorithm is not CardKeyAlgorithm,
        >= HsmOperation.ImportCardKey => algorithm is CardKeyAlgorithm,
        _ => true,
    };

    internal Visit Enter(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closing is not null, this);
            cancellationToken.ThrowIfCancellationRequested();
            _inside++;
        }

        return new Visit(this);
    }

    private void Leave()
    {
        lock (_gate)
        {
            if (--_inside == 0) _closing?.TrySetResult();
        }
    }

    private void Require(HsmOperation operation, KeyAlgorithm algorithm)
    {
        if (!Fits(operation, algorithm))
            throw new ArgumentException($"{operation} is nothing that {algorithm} keys do.", nameof(algorithm));
        if (!SupportsCore(operation, algorithm))
        {
            string why = WhyNotCore(operation, algorithm) is { } reason ? $": {reason}." : ".";
            throw new NotSupportedException($"{Name} cannot {operation} with {algorithm} keys{why}");
        }
    }

    internal readonly struct Visit(HsmProvider provider) : IDisposable
    {
        public void Dispose() => provider.Leave();
    }
}
