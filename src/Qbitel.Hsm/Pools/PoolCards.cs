using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.BlockCiphers;
using Qbitel.Cryptography.Cards;
using Qbitel.Cryptography.Cards.Emv;

namespace Qbitel.Hsm.Pools;

/// <summary>
/// Card cryptography by the members of a pool that hold the keys: all keys of a call in one member, and the next where
/// that one fails.
/// </summary>
/// <remarks>
/// A member that is late may still answer when another already has. So every try writes to a place of its own, and only
/// the one that counts reaches the caller. Keys are taken in by all members or, where one is not well beforehand, by
/// none.
/// </remarks>
internal sealed class PoolCards(HsmPool pool, PoolRoutes routes, IReadOnlyList<PoolMember> members) : HsmCards(pool)
{
    public override bool Supports(HsmOperation operation, CardKeyAlgorithm algorithm) =>
        members.Any(m => m.Provider?.Supports(operation, algorithm) ?? false);

    protected override string? WhyNot(HsmOperation operation, CardKeyAlgorithm algorithm) =>
        string.Join("; ", members.Select(m =>
            $"{m.Name}: {(m.Provider is { } provider ? provider.WhyNot(operation, algorithm) : "not opened yet")}"));

    // The same at each member is an import, and a generated key is another one at each.
    protected override ValueTask<HsmKey> GenerateCoreAsync(
        TokenKeyId id, CardKeyAlgorithm algorithm, CardKeyUse use, bool isExportable,
        CancellationToken cancellationToken) =>
        throw Failed(HsmOperation.ImportCardKey, HsmFailure.Unsupported,
            "a pool makes no card keys, because each member would make another. Make it in one member, exportable "
            + "under a key block protection key that all hold, and take the key block in here.");

    protected override ValueTask<HsmKey> ImportCoreAsync(
        TokenKeyId id, CardKeyAlgorithm algorithm, CardKeyUse use, bool isExportable, ReadOnlyMemory<byte> key,
        CancellationToken cancellationToken) =>
        EverywhereAsync(id, (cards, cancel) => cards.ImportAsync(id, algorithm, use, isExportable, key, cancel),
            cancellationToken);

    protected override ValueTask<HsmKey> ImportKeyBlockCoreAsync(
        TokenKeyId id, HsmKey protection, string block, CancellationToken cancellationToken) =>
        EverywhereAsync(id, (cards, cancel) => cards.ImportKeyBlockAsync(id, protection, block, cancel),
            cancellationToken);

    protected override ValueTask<string> ExportKeyBlockCoreAsync(
        HsmKey protection, HsmKey key, bool isExportable, CancellationToken cancellationToken) =>
        RunAsync(HsmOperation.ExportCardKey, [protection, key], protects: true,
            (cards, cancel) => cards.ExportKeyBlockAsync(protection, key, isExportable, cancel), cancellationToken);

    protected override ValueTask ComputeCardValueCoreAsync(
        HsmKey key, CardValueData data, Memory<char> value, CancellationToken cancellationToken) =>
        FillAsync(HsmOperation.CardValue, [key], value,
            (cards, own, cancel) => cards.ComputeCardValueAsync(key, data, own, cancel), cancellationToken);

    protected override ValueTask<bool> VerifyCardValueCoreAsync(
        HsmKey key, CardValueData data, ReadOnlyMemory<char> value, CancellationToken cancellationToken) =>
        RunAsync(HsmOperation.CardValue, [key], protects: false,
            (cards, cancel) => cards.VerifyCardValueAsync(key, data, value, cancel), cancellationToken);

    protected override ValueTask<bool> VerifyPinCoreAsync(
        CardPinKey pinKey, ReadOnlyMemory<byte> block, ReadOnlyMemory<char> pan, CardPinReference reference,
        CancellationToken cancellationToken) =>
        RunAsync(HsmOperation.VerifyPin, [pinKey.Key, reference.Key], protects: false,
            (cards, cancel) => cards.VerifyPinAsync(pinKey, block, pan, reference, cancel), cancellationToken);

    protected override ValueTask TranslatePinCoreAsync(
        CardPinKey source, ReadOnlyMemory<byte> block, CardPinKey target, ReadOnlyMemory<char> pan,
        Memory<byte> translated, bool allowWeaker, CancellationToken cancellationToken) =>
        FillAsync(HsmOperation.TranslatePin, [source.Key, target.Key], translated, (cards, own, cancel) =>
            cards.TranslatePinAsync(source, block, target, pan, own, allowWeaker, cancel), cancellationToken);

    protected override ValueTask<bool> VerifyCryptogramCoreAsync(
        HsmKey key, CardTransaction transaction, ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        RunAsync(HsmOperation.VerifyCryptogram, [key], protects: false,
            (cards, cancel) => cards.VerifyCryptogramAsync(key, transaction, data, cancel), cancellationToken);

    protected override ValueTask AnswerByMethod1CoreAsync(
        HsmKey key, CardTransaction transaction, ReadOnlyMemory<byte> responseCode, Memory<byte> answer,
        CancellationToken cancellationToken) =>
        FillAsync(HsmOperation.AnswerCryptogram, [key], answer, (cards, own, cancel) =>
            cards.AnswerByMethod1Async(key, transaction, responseCode, own, cancel), cancellationToken);

    protected override ValueTask AnswerByMethod2CoreAsync(
        HsmKey key, CardTransaction transaction, ReadOnlyMemory<byte> cardStatusUpdate,
        ReadOnlyMemory<byte> proprietaryData, Memory<byte> answer, CancellationToken cancellationToken) =>
        FillAsync(HsmOperation.AnswerCryptogram, [key], answer, (cards, own, cancel) =>
            cards.AnswerByMethod2Async(key, transaction, cardStatusUpdate, proprietaryData, own, cancel),
            cancellationToken);

    protected override ValueTask AuthenticateScriptCoreAsync(
        HsmKey key, ScriptSession session, ReadOnlyMemory<byte> message, Memory<byte> mac,
        CancellationToken cancellationToken) =>
        FillAsync(HsmOperation.CardScript, [key], mac, (cards, own, cancel) =>
            cards.AuthenticateScriptAsync(key, session, message, own, cancel), cancellationToken);

    protected override ValueTask<byte[]> EncipherScriptCoreAsync(
        HsmKey key, ScriptSession session, ReadOnlyMemory<byte> data, ScriptPadding padding,
        CancellationToken cancellationToken) =>
        RunAsync(HsmOperation.CardScript, [key], protects: true,
            (cards, cancel) => cards.EncipherScriptAsync(key, session, data, padding, cancel), cancellationToken);

    protected override ValueTask ComputeMacCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> data, MacPadding padding, Memory<byte> mac,
        CancellationToken cancellationToken) =>
        FillAsync(HsmOperation.CardMac, [key], mac, (cards, own, cancel) =>
            cards.ComputeMacAsync(key, data, padding, own, cancel), cancellationToken);

    protected override ValueTask<string> DeriveInitialKeyCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> keySerialNumber, HsmKey protection, CancellationToken cancellationToken) =>
        RunAsync(HsmOperation.DeriveInitialKey, [key, protection], protects: true,
            (cards, cancel) => cards.DeriveInitialKeyAsync(key, keySerialNumber, protection, cancel),
            cancellationToken);

    private ValueTask<T> RunAsync<T>(HsmOperation operation, HsmKey[] keys, bool protects,
        Func<HsmCards, CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken)
    {
        if (protects) pool.RequireNormal(operation);
        return routes.RunTogetherAsync(
            operation, keys, protects, (hsm, cancel) => work(hsm.Cards, cancel), cancellationToken);
    }

    private async ValueTask FillAsync<T>(HsmOperation operation, HsmKey[] keys, Memory<T> result,
        Func<HsmCards, Memory<T>, CancellationToken, ValueTask> work, CancellationToken cancellationToken)
        where T : struct
    {
        T[] answer = await RunAsync(operation, keys, protects: true, async (cards, cancel) =>
        {
            T[] own = new T[result.Length];
            await work(cards, own, cancel);
            return own;
        }, cancellationToken);
        answer.CopyTo(result);
        CryptographicOperations.ZeroMemory(System.Runtime.InteropServices.MemoryMarshal.AsBytes(answer.AsSpan()));
    }

    /// <summary>A step that finds what is there, so that a run which stopped half-way is repeated.</summary>
    private async ValueTask<HsmKey> EverywhereAsync(TokenKeyId id,
        Func<HsmCards, CancellationToken, ValueTask<HsmKey>> work, CancellationToken cancellationToken)
    {
        routes.RequireAll(HsmOperation.ImportCardKey, "a card key is taken in by all members or by none");
        HsmKey? first = null;
        foreach (PoolMember member in members)
        {
            HsmKey key;
            try
            {
                key = await member.CallAsync(
                    HsmOperation.ImportCardKey, (hsm, cancel) => work(hsm.Cards, cancel), cancellationToken);
            }
            catch (HsmException error) when (error.Failure == HsmFailure.Unavailable)
            {
                throw PoolRoutes.Unavailable(HsmOperation.ImportCardKey,
                    $"{member.Name} did not take the key {id} in, members before it did. Repeat it: {error.Message}",
                    error);
            }

            if (first is not null && !first.IsSameKeyAs(key))
            {
                throw Failed(HsmOperation.ImportCardKey, HsmFailure.KeyConflict,
                    $"{member.Name} has another key of the name {id} than a member before it.");
            }

            first ??= key;
            routes.Found(key, member);
        }

        return first!;
    }
}
