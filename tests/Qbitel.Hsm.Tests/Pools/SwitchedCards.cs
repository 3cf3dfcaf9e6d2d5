using Qbitel.Cryptography;
using Qbitel.Cryptography.BlockCiphers;
using Qbitel.Cryptography.Cards;
using Qbitel.Cryptography.Cards.Emv;

namespace Qbitel.Hsm.Tests.Pools;

/// <summary>The cards of a token behind a switch.</summary>
internal sealed class SwitchedCards(HsmProvider owner, HsmCards cards, Func<HsmOperation, TokenKeyId?, Task> pass)
    : HsmCards(owner)
{
    public override bool Supports(HsmOperation operation, CardKeyAlgorithm algorithm) =>
        cards.Supports(operation, algorithm);

    protected override async ValueTask<HsmKey> GenerateCoreAsync(TokenKeyId id, CardKeyAlgorithm algorithm,
        CardKeyUse use, bool isExportable, CancellationToken cancellationToken)
    {
        await pass(HsmOperation.ImportCardKey, id);
        return await cards.GenerateAsync(id, algorithm, use, isExportable, cancellationToken);
    }

    protected override async ValueTask<HsmKey> ImportCoreAsync(TokenKeyId id, CardKeyAlgorithm algorithm,
        CardKeyUse use, bool isExportable, ReadOnlyMemory<byte> key, CancellationToken cancellationToken)
    {
        await pass(HsmOperation.ImportCardKey, id);
        return await cards.ImportAsync(id, algorithm, use, isExportable, key, cancellationToken);
    }

    protected override async ValueTask<HsmKey> ImportKeyBlockCoreAsync(
        TokenKeyId id, HsmKey protection, string block, CancellationToken cancellationToken)
    {
        await pass(HsmOperation.ImportCardKey, id);
        return await cards.ImportKeyBlockAsync(id, protection, block, cancellationToken);
    }

    protected override async ValueTask<string> ExportKeyBlockCoreAsync(
        HsmKey protection, HsmKey key, bool isExportable, CancellationToken cancellationToken)
    {
        await pass(HsmOperation.ExportCardKey, key.Id);
        return await cards.ExportKeyBlockAsync(protection, key, isExportable, cancellationToken);
    }

    protected override async ValueTask ComputeCardValueCoreAsync(
        HsmKey key, CardValueData data, Memory<char> value, CancellationToken cancellationToken)
    {
        await pass(HsmOperation.CardValue, key.Id);
        await cards.ComputeCardValueAsync(key, data, value, cancellationToken);
    }

    protected override async ValueTask<bool> VerifyCardValueCoreAsync(
        HsmKey key, CardValueData data, ReadOnlyMemory<char> value, CancellationToken cancellationToken)
    {
        await pass(HsmOperation.CardValue, key.Id);
        return await cards.VerifyCardValueAsync(key, data, value, cancellationToken);
    }

    protected override async ValueTask<bool> VerifyPinCoreAsync(CardPinKey pinKey, ReadOnlyMemory<byte> block,
        ReadOnlyMemory<char> pan, CardPinReference reference, CancellationToken cancellationToken)
    {
        await pass(HsmOperation.VerifyPin, pinKey.Key.Id);
        return await cards.VerifyPinAsync(pinKey, block, pan, reference, cancellationToken);
    }

    protected override async ValueTask TranslatePinCoreAsync(
        CardPinKey source, ReadOnlyMemory<byte> block, CardPinKey target, ReadOnlyMemory<char> pan,
        Memory<byte> translated, bool allowWeaker, CancellationToken cancellationToken)
    {
        await pass(HsmOperation.TranslatePin, source.Key.Id);
        await cards.TranslatePinAsync(source, block, target, pan, translated, allowWeaker, cancellationToken);
    }

    protected override async ValueTask<bool> VerifyCryptogramCoreAsync(
        HsmKey key, CardTransaction transaction, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        await pass(HsmOperation.VerifyCryptogram, key.Id);
        return await cards.VerifyCryptogramAsync(key, transaction, data, cancellationToken);
    }

    protected override async ValueTask AnswerByMethod1CoreAsync(HsmKey key, CardTransaction transaction,
        ReadOnlyMemory<byte> responseCode, Memory<byte> answer, CancellationToken cancellationToken)
    {
        await pass(HsmOperation.AnswerCryptogram, key.Id);
        await cards.AnswerByMethod1Async(key, transaction, responseCode, answer, cancellationToken);
    }

    protected override async ValueTask ComputeMacCoreAsync(HsmKey key, ReadOnlyMemory<byte> data, MacPadding padding,
        Memory<byte> mac, CancellationToken cancellationToken)
    {
        await pass(HsmOperation.CardMac, key.Id);
        await cards.ComputeMacAsync(key, data, padding, mac, cancellationToken);
    }

    protected override async ValueTask<string> DeriveInitialKeyCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> keySerialNumber, HsmKey protection, CancellationToken cancellationToken)
    {
        await pass(HsmOperation.DeriveInitialKey, key.Id);
        return await cards.DeriveInitialKeyAsync(key, keySerialNumber, protection, cancellationToken);
    }

    protected override async ValueTask AnswerByMethod2CoreAsync(HsmKey key, CardTransaction transaction,
        ReadOnlyMemory<byte> cardStatusUpdate, ReadOnlyMemory<byte> proprietaryData, Memory<byte> answer,
        CancellationToken cancellationToken)
    {
        await pass(HsmOperation.AnswerCryptogram, key.Id);
        await cards.AnswerByMethod2Async(
            key, transaction, cardStatusUpdate, proprietaryData, answer, cancellationToken);
    }

    protected override async ValueTask AuthenticateScriptCoreAsync(HsmKey key, ScriptSession session,
        ReadOnlyMemory<byte> message, Memory<byte> mac, CancellationToken cancellationToken)
    {
        await pass(HsmOperation.CardScript, key.Id);
        await cards.AuthenticateScriptAsync(key, session, message, mac, cancellationToken);
    }

    protected override async ValueTask<byte[]> EncipherScriptCoreAsync(HsmKey key, ScriptSession session,
        ReadOnlyMemory<byte> data, ScriptPadding padding, CancellationToken cancellationToken)
    {
        await pass(HsmOperation.CardScript, key.Id);
        return await cards.EncipherScriptAsync(key, session, data, padding, cancellationToken);
    }
}
