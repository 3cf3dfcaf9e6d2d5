using Qbitel.Cryptography;
using Qbitel.Cryptography.BlockCiphers;
using Qbitel.Cryptography.Cards;
using Qbitel.Cryptography.Cards.Emv;

namespace Qbitel.Hsm;

/// <summary>
/// The card cryptography of a box: issuer, acquirer and terminal keys that it keeps, and what they do.
/// </summary>
/// <remarks>
/// The public methods check that a key is for what is asked of it; a vendor overrides the <c>…CoreAsync</c> methods of
/// what its mechanisms can, and <see cref="Supports"/> says so first. What it does not override is an
/// <see cref="HsmException"/> that names the mechanism. Clear keys and PINs never come out. Safe for concurrent use.
/// </remarks>
public abstract class HsmCards
{
    private readonly HsmProvider _provider;

    protected HsmCards(HsmProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        _provider = provider;
    }

    /// <summary>Whether the operation works with keys of this algorithm.</summary>
    public abstract bool Supports(HsmOperation operation, CardKeyAlgorithm algorithm);

    /// <summary>Makes a card key, or returns the one that already has this name.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="algorithm">Its cipher and size.</param>
    /// <param name="use">The one thing it will do.</param>
    /// <param name="isExportable">It may later leave the box in a key block.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async ValueTask<HsmKey> GenerateAsync(
        TokenKeyId id, CardKeyAlgorithm algorithm, CardKeyUse use, bool isExportable,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        using HsmProvider.Visit visit = _provider.Enter(cancellationToken);
        RequireAlgorithm(HsmOperation.ImportCardKey, use, algorithm);
        return RequireSame(
            await GenerateCoreAsync(id, algorithm, use, isExportable, cancellationToken), use, algorithm);
    }

    /// <summary>Takes in a key that was given in the clear: from components, or from a test.</summary>
    /// <remarks>The caller zeroes its copy.</remarks>
    public async ValueTask<HsmKey> ImportAsync(
        TokenKeyId id, CardKeyAlgorithm algorithm, CardKeyUse use, bool isExportable, ReadOnlyMemory<byte> key,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, algorithm.PrivateKeySize, nameof(key));
        using HsmProvider.Visit visit = _provider.Enter(cancellationToken);
        RequireAlgorithm(HsmOperation.ImportCardKey, use, algorithm);
        HsmKey kept = await ImportCoreAsync(id, algorithm, use, isExportable, key, cancellationToken);
        return RequireSame(kept, use, algorithm);
    }

    /// <summary>Takes in a key from a key block under a protection key of this box.</summary>
    /// <exception cref="CardException">The block is malformed, altered, or made under another key.</exception>
    public async ValueTask<HsmKey> ImportKeyBlockAsync(
        TokenKeyId id, HsmKey protection, string block, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(block);
        using HsmProvider.Visit visit = _provider.Enter(cancellationToken);
        Require(HsmOperation.ImportCardKey, protection, CardKeyUse.KeyBlockProtection);
        return await ImportKeyBlockCoreAsync(id, protection, block, cancellationToken);
    }

    /// <summary>Gives out a key in a key block; only one that may leave.</summary>
    /// <param name="protection">Not weaker than the key.</param>
    /// <param name="key">The key.</param>
    /// <param name="isExportable">The receiver may give it on in turn.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async ValueTask<string> ExportKeyBlockAsync(
        HsmKey protection, HsmKey key, bool isExportable, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        using HsmProvider.Visit visit = _provider.Enter(cancellationToken);
        Require(HsmOperation.ExportCardKey, protection, CardKeyUse.KeyBlockProtection);
        if (key.CardUse is null || !key.IsExportable)
            throw Failed(HsmOperation.ExportCardKey, HsmFailure.NotAllowed, $"key {key.Id} may not leave the box.");

        return await ExportKeyBlockCoreAsync(protection, key, isExportable, cancellationToken);
    }

    /// <summary>Computes 3 to 5 digits of a CVV, CVC, CVV2 or iCVV.</summary>
    public async ValueTask ComputeCardValueAsync(
        HsmKey key, CardValueData data, Memory<char> value, CancellationToken cancellationToken)
    {
        using HsmProvider.Visit visit = _provider.Enter(cancellationToken);
        Require(HsmOperation.CardValue, key, CardKeyUse.CardVerification);
        await ComputeCardValueCoreAsync(key, data, value, cancellationToken);
    }

    /// <summary>True only for the right digits; compared in constant time.</summary>
    public async ValueTask<bool> VerifyCardValueAsync(
        HsmKey key, CardValueData data, ReadOnlyMemory<char> value, CancellationToken cancellationToken)
    {
        using HsmProvider.Visit visit = _provider.Enter(cancellationToken);
        Require(HsmOperation.CardValue, key, CardKeyUse.CardVerification);
        return await VerifyCardValueCoreAsync(key, data, value, cancellationToken);
    }

    /// <summary>Whether the PIN in an encrypted block is the card's.</summary>
    /// <exception cref="CardException">The block holds no PIN for this card.</exception>
    public async ValueTask<bool> VerifyPinAsync(
        CardPinKey pinKey, ReadOnlyMemory<byte> block, ReadOnlyMemory<char> pan, CardPinReference reference,
        CancellationToken cancellationToken)
    {
        using HsmProvider.Visit visit = _provider.Enter(cancellationToken);
        RequirePinKey(HsmOperation.VerifyPin, pinKey);
        Require(HsmOperation.VerifyPin, reference.Key, CardKeyUse.PinVerificationVisa,
            CardKeyUse.PinVerificationIbm3624);
        return await VerifyPinCoreAsync(pinKey, block, pan, reference, cancellationToken);
    }

    /// <summary>Makes an encrypted PIN block one under another key or format, for the same card.</summary>
    /// <param name="source">Key and format of the block given.</param>
    /// <param name="block">8 bytes, or 16 of format 4.</param>
    /// <param name="target">Key and format of the block wanted.</param>
    /// <param name="pan">13 to 19 digits.</param>
    /// <param name="translated">Receives 8 bytes, or 16 of format 4.</param>
    /// <param name="allowWeaker">Allows a block under an AES key to become one under TDEA.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="CardException">The block holds no PIN for this card, or the translation is not
    /// allowed.</exception>
    public async ValueTask TranslatePinAsync(
        CardPinKey source, ReadOnlyMemory<byte> block, CardPinKey target, ReadOnlyMemory<char> pan,
        Memory<byte> translated, bool allowWeaker, CancellationToken cancellationToken)
    {
        using HsmProvider.Visit visit = _provider.Enter(cancellationToken);
        RequirePinKey(HsmOperation.TranslatePin, source);
        RequirePinKey(HsmOperation.TranslatePin, target);
        await TranslatePinCoreAsync(source, block, target, pan, translated, allowWeaker, cancellationToken);
    }

    /// <summary>True only for a cryptogram that the card made over exactly this data.</summary>
    /// <param name="key">The issuer's master key for cryptograms.</param>
    /// <param name="transaction">Card, counter and cryptogram.</param>
    /// <param name="data">What is under the cryptogram, in its order.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async ValueTask<bool> VerifyCryptogramAsync(
        HsmKey key, CardTransaction transaction, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        using HsmProvider.Visit visit = _provider.Enter(cancellationToken);
        Require(HsmOperation.VerifyCryptogram, key, CardKeyUse.Cryptograms);
        return await VerifyCryptogramCoreAsync(key, transaction, data, cancellationToken);
    }

    /// <summary>The ARPC by method 1, 8 bytes.</summary>
    /// <param name="key">The issuer's master key for cryptograms.</param>
    /// <param name="transaction">Card, counter and cryptogram.</param>
    /// <param name="responseCode">2 bytes, as the card receives them.</param>
    /// <param name="answer">Receives 8 bytes.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async ValueTask AnswerByMethod1Async(
        HsmKey key, CardTransaction transaction, ReadOnlyMemory<byte> responseCode, Memory<byte> answer,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        using HsmProvider.Visit visit = _provider.Enter(cancellationToken);
        Require(HsmOperation.AnswerCryptogram, key, CardKeyUse.Cryptograms);
        await AnswerByMethod1CoreAsync(key, transaction, responseCode, answer, cancellationToken);
    }

    /// <summary>The ARPC by method 2, 4 bytes.</summary>
    /// <param name="key">The issuer's master key for cryptograms.</param>
    /// <param name="transaction">Card, counter and cryptogram.</param>
    /// <param name="cardStatusUpdate">4 bytes.</param>
    /// <param name="proprietaryData">Up to 8 bytes.</param>
    /// <param name="answer">Receives 4 bytes.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async ValueTask AnswerByMethod2Async(
        HsmKey key, CardTransaction transaction, ReadOnlyMemory<byte> cardStatusUpdate,
        ReadOnlyMemory<byte> proprietaryData, Memory<byte> answer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        using HsmProvider.Visit visit = _provider.Enter(cancellationToken);
        Require(HsmOperation.AnswerCryptogram, key, CardKeyUse.Cryptograms);
        await AnswerByMethod2CoreAsync(key, transaction, cardStatusUpdate, proprietaryData, answer, cancellationToken);
    }

    /// <summary>The MAC of a script command.</summary>
    /// <param name="key">The issuer's master key for script integrity.</param>
    /// <param name="session">Card and transaction.</param>
    /// <param name="message">What the card's format puts under the MAC.</param>
    /// <param name="mac">Receives 4 to 8 bytes.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async ValueTask AuthenticateScriptAsync(
        HsmKey key, ScriptSession session, ReadOnlyMemory<byte> message, Memory<byte> mac,
        CancellationToken cancellationToken)
    {
        using HsmProvider.Visit visit = _provider.Enter(cancellationToken);
        Require(HsmOperation.CardScript, key, CardKeyUse.ScriptIntegrity);
        await AuthenticateScriptCoreAsync(key, session, message, mac, cancellationToken);
    }

    /// <summary>A script command's data, enciphered.</summary>
    public async ValueTask<byte[]> EncipherScriptAsync(
        HsmKey key, ScriptSession session, ReadOnlyMemory<byte> data, ScriptPadding padding,
        CancellationToken cancellationToken)
    {
        using HsmProvider.Visit visit = _provider.Enter(cancellationToken);
        Require(HsmOperation.CardScript, key, CardKeyUse.ScriptConfidentiality);
        return await EncipherScriptCoreAsync(key, session, data, padding, cancellationToken);
    }

    /// <summary>The MAC of a message: the retail MAC or CMAC, as the key's use says.</summary>
    /// <param name="key">A MAC key.</param>
    /// <param name="data">What is authenticated.</param>
    /// <param name="padding">Of the retail MAC.</param>
    /// <param name="mac">Receives the leftmost bytes, at least 4.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async ValueTask ComputeMacAsync(
        HsmKey key, ReadOnlyMemory<byte> data, MacPadding padding, Memory<byte> mac,
        CancellationToken cancellationToken)
    {
        using HsmProvider.Visit visit = _provider.Enter(cancellationToken);
        Require(HsmOperation.CardMac, key, CardKeyUse.RetailMac, CardKeyUse.Cmac);
        await ComputeMacCoreAsync(key, data, padding, mac, cancellationToken);
    }

    /// <summary>The initial key of a DUKPT device, in a key block of use B1 for its loading.</summary>
    /// <param name="key">The base derivation key.</param>
    /// <param name="keySerialNumber">10 bytes of TDEA, 12 of AES: any of the device.</param>
    /// <param name="protection">Not weaker than the key.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async ValueTask<string> DeriveInitialKeyAsync(
        HsmKey key, ReadOnlyMemory<byte> keySerialNumber, HsmKey protection, CancellationToken cancellationToken)
    {
        using HsmProvider.Visit visit = _provider.Enter(cancellationToken);
        Require(HsmOperation.DeriveInitialKey, key, CardKeyUse.BaseDerivation);
        Require(HsmOperation.DeriveInitialKey, protection, CardKeyUse.KeyBlockProtection);
        return await DeriveInitialKeyCoreAsync(key, keySerialNumber, protection, cancellationToken);
    }

    protected virtual ValueTask<HsmKey> GenerateCoreAsync(
        TokenKeyId id, CardKeyAlgorithm algorithm, CardKeyUse use, bool isExportable,
        CancellationToken cancellationToken) =>
        throw Absent(HsmOperation.ImportCardKey, $"key generation of {algorithm} card keys");

    protected virtual ValueTask<HsmKey> ImportCoreAsync(
        TokenKeyId id, CardKeyAlgorithm algorithm, CardKeyUse use, bool isExportable, ReadOnlyMemory<byte> key,
        CancellationToken cancellationToken) =>
        throw Absent(HsmOperation.ImportCardKey, $"import of {algorithm} card keys");

    protected virtual ValueTask<HsmKey> ImportKeyBlockCoreAsync(
        TokenKeyId id, HsmKey protection, string block, CancellationToken cancellationToken) =>
        throw Absent(HsmOperation.ImportCardKey, "X9.143 (TR-31) key block unwrapping");

    protected virtual ValueTask<string> ExportKeyBlockCoreAsync(
        HsmKey protection, HsmKey key, bool isExportable, CancellationToken cancellationToken) =>
        throw Absent(HsmOperation.ExportCardKey, "X9.143 (TR-31) key block wrapping");

    protected virtual ValueTask ComputeCardValueCoreAsync(
        HsmKey key, CardValueData data, Memory<char> value, CancellationToken cancellationToken) =>
        throw Absent(HsmOperation.CardValue, "CVV generation");

    protected virtual ValueTask<bool> VerifyCardValueCoreAsync(
        HsmKey key, CardValueData data, ReadOnlyMemory<char> value, CancellationToken cancellationToken) =>
        throw Absent(HsmOperation.CardValue, "CVV verification");

    protected virtual ValueTask<bool> VerifyPinCoreAsync(
        CardPinKey pinKey, ReadOnlyMemory<byte> block, ReadOnlyMemory<char> pan, CardPinReference reference,
        CancellationToken cancellationToken) =>
        throw Absent(HsmOperation.VerifyPin, "PIN verification inside the module");

    protected virtual ValueTask TranslatePinCoreAsync(
        CardPinKey source, ReadOnlyMemory<byte> block, CardPinKey target, ReadOnlyMemory<char> pan,
        Memory<byte> translated, bool allowWeaker, CancellationToken cancellationToken) =>
        throw Absent(HsmOperation.TranslatePin, "PIN translation inside the module");

    protected virtual ValueTask<bool> VerifyCryptogramCoreAsync(
        HsmKey key, CardTransaction transaction, ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        throw Absent(HsmOperation.VerifyCryptogram, "EMV key derivation and ISO/IEC 9797-1 MAC algorithm 3");

    protected virtual ValueTask AnswerByMethod1CoreAsync(
        HsmKey key, CardTransaction transaction, ReadOnlyMemory<byte> responseCode, Memory<byte> answer,
        CancellationToken cancellationToken) =>
        throw Absent(HsmOperation.AnswerCryptogram, "EMV key derivation and ARPC method 1");

    protected virtual ValueTask AnswerByMethod2CoreAsync(
        HsmKey key, CardTransaction transaction, ReadOnlyMemory<byte> cardStatusUpdate,
        ReadOnlyMemory<byte> proprietaryData, Memory<byte> answer, CancellationToken cancellationToken) =>
        throw Absent(HsmOperation.AnswerCryptogram, "EMV key derivation and ARPC method 2");

    protected virtual ValueTask AuthenticateScriptCoreAsync(
        HsmKey key, ScriptSession session, ReadOnlyMemory<byte> message, Memory<byte> mac,
        CancellationToken cancellationToken) =>
        throw Absent(HsmOperation.CardScript, "EMV secure messaging");

    protected virtual ValueTask<byte[]> EncipherScriptCoreAsync(
        HsmKey key, ScriptSession session, ReadOnlyMemory<byte> data, ScriptPadding padding,
        CancellationToken cancellationToken) =>
        throw Absent(HsmOperation.CardScript, "EMV secure messaging");

    protected virtual ValueTask ComputeMacCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> data, MacPadding padding, Memory<byte> mac,
        CancellationToken cancellationToken) =>
        throw Absent(HsmOperation.CardMac, key.CardUse == CardKeyUse.Cmac ? "CMAC" : "ISO/IEC 9797-1 MAC algorithm 3");

    protected virtual ValueTask<string> DeriveInitialKeyCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> keySerialNumber, HsmKey protection, CancellationToken cancellationToken) =>
        throw Absent(HsmOperation.DeriveInitialKey, "X9.24 DUKPT initial key derivation");

    protected HsmException Failed(
        HsmOperation operation, HsmFailure failure, string message, bool isTransient = false,
        Exception? inner = null) =>
        new(_provider.Name, operation, failure, message, isTransient, inner);

    /// <summary>Which mechanism is missing where an operation is not supported; null where it is.</summary>
    protected virtual string? WhyNot(HsmOperation operation, CardKeyAlgorithm algorithm) => null;

    /// <summary>The refusal of what the box cannot do.</summary>
    protected HsmException Absent(HsmOperation operation, string mechanism) => Failed(operation,
        HsmFailure.Unsupported, $"this provider has no mechanism for {mechanism}. Nothing takes its place.");

    private void RequirePinKey(HsmOperation operation, CardPinKey pinKey)
    {
        Require(operation, pinKey.Key, CardKeyUse.PinEncryption, CardKeyUse.BaseDerivation);
        if (pinKey.IsDukpt == pinKey.KeySerialNumber.IsEmpty)
        {
            throw Failed(operation, HsmFailure.NotAllowed,
                $"a base derivation key, and only that, works with a serial number; key {pinKey.Key.Id} is for "
                + $"{pinKey.Key.CardUse}.");
        }

        bool isAesFormat = pinKey.Format == PinBlockFormat.Iso4;
        if (((CardKeyAlgorithm)pinKey.Key.Algorithm).IsAes != isAesFormat)
        {
            throw Failed(operation, HsmFailure.NotAllowed,
                $"PIN blocks of format {(int)pinKey.Format} are not under {pinKey.Key.Algorithm} keys.");
        }
    }

    private void Require(HsmOperation operation, HsmKey key, params ReadOnlySpan<CardKeyUse> uses)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.CardUse is not { } use || !uses.Contains(use))
        {
            throw Failed(operation, HsmFailure.NotAllowed, $"key {key.Id} is for "
                + $"{(key.CardUse is { } other ? $"{other}" : $"{key.Algorithm}")}; this needs one for {uses[0]}.");
        }

        RequireSupport(operation, (CardKeyAlgorithm)key.Algorithm, $"{operation} with {key.Algorithm} keys");
    }

    private void RequireAlgorithm(HsmOperation operation, CardKeyUse use, CardKeyAlgorithm algorithm)
    {
        bool fits = use switch
        {
            CardKeyUse.CardVerification or CardKeyUse.PinVerificationVisa or CardKeyUse.RetailMac
                or CardKeyUse.ScriptConfidentiality or CardKeyUse.ScriptIntegrity =>
                algorithm == CardKeyAlgorithm.TwoKeyTdea,
            CardKeyUse.PinVerificationIbm3624 => !algorithm.IsAes,
            CardKeyUse.BaseDerivation or CardKeyUse.DukptInitial or CardKeyUse.Cryptograms =>
                algorithm != CardKeyAlgorithm.ThreeKeyTdea,
            _ => Enum.IsDefined(use),
        };
        if (!fits) throw new ArgumentException($"A key for {use} is not {algorithm}.", nameof(algorithm));
        RequireSupport(operation, algorithm, $"{algorithm} card keys");
    }

    private void RequireSupport(HsmOperation operation, CardKeyAlgorithm algorithm, string what)
    {
        if (Supports(operation, algorithm)) return;
        throw Absent(operation, WhyNot(operation, algorithm) is { } why ? $"{what}: {why}" : what);
    }

    private HsmKey RequireSame(HsmKey key, CardKeyUse use, CardKeyAlgorithm algorithm) =>
        key.CardUse == use && key.Algorithm == algorithm ? key
            : throw Failed(HsmOperation.ImportCardKey, HsmFailure.KeyConflict,
                $"key {key.Id} exists as {key.Algorithm} for another use. Use another key name.");
}

/// <summary>The card cryptography of a box that has none.</summary>
internal sealed class AbsentCards(HsmProvider provider) : HsmCards(provider)
{
    public override bool Supports(HsmOperation operation, CardKeyAlgorithm algorithm) => false;
}
