using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.BlockCiphers;
using Qbitel.Cryptography.Cards;
using Qbitel.Cryptography.Cards.Emv;
using Qbitel.Hsm.Pkcs11.Interop;
using Qbitel.Hsm.Pkcs11.Sessions;

namespace Qbitel.Hsm.Pkcs11;

/// <summary>
/// Card cryptography with the mechanisms that PKCS#11 itself has; keys, derived ones too, stay in the module.
/// </summary>
/// <remarks>
/// Cryptograms, answers, scripts, MACs and card values. What needs a clear PIN, a key block or Visa's script keys
/// outside the module is refused: vendors have mechanisms of their own for these. What passes between module and host
/// within a MAC is the chaining value of public data.
/// </remarks>
internal sealed class Pkcs11Cards(Pkcs11Token token, DeviceQueue queue, CardKeyObjects keys) : HsmCards(token)
{
    private const int BlockSize = 8;

    public override bool Supports(HsmOperation operation, CardKeyAlgorithm algorithm) =>
        WhyNot(operation, algorithm) is null;

    protected override string? WhyNot(HsmOperation operation, CardKeyAlgorithm algorithm)
    {
        SlotCapabilities slot = token.Capabilities;
        bool isDouble = algorithm == CardKeyAlgorithm.TwoKeyTdea;
        string? retail = slot.WhyNot(Ckm.Des3Cbc, MechanismFlags.Encrypt)
            ?? slot.WhyNot(Ckm.Des3Ecb, MechanismFlags.Encrypt);
        string? cmac = slot.WhyNot(algorithm.IsAes ? Ckm.AesCmac : Ckm.Des3Cmac, MechanismFlags.Sign);
        string? derive = slot.WhyNot(
            algorithm.IsAes ? Ckm.AesEcbEncryptData : Ckm.Des3EcbEncryptData, MechanismFlags.Derive);
        return operation switch
        {
            HsmOperation.VerifyCryptogram when algorithm.IsAes =>
                derive ?? cmac ?? slot.WhyNot(Ckm.AesEcb, MechanismFlags.Encrypt),
            HsmOperation.VerifyCryptogram or HsmOperation.AnswerCryptogram when isDouble => derive ?? retail,
            HsmOperation.CardScript when isDouble => derive ?? retail,
            HsmOperation.CardMac => isDouble && retail is null ? null : cmac,
            HsmOperation.CardValue when isDouble => retail,
            HsmOperation.ImportCardKey => derive is null || cmac is null || (isDouble && retail is null) ? null
                : derive,
            HsmOperation.VerifyPin or HsmOperation.TranslatePin =>
                "the PIN would be clear outside the module, whose vendor may have a mechanism of its own for it",
            HsmOperation.ExportCardKey or HsmOperation.DeriveInitialKey =>
                "PKCS#11 has no mechanism for X9.143 (TR-31) key blocks, whose keys would be clear outside the module",
            _ => $"PKCS#11 has no mechanism for it with {algorithm} keys",
        };
    }

    protected override ValueTask<HsmKey> GenerateCoreAsync(
        TokenKeyId id, CardKeyAlgorithm algorithm, CardKeyUse use, bool isExportable,
        CancellationToken cancellationToken)
    {
        RequireUse(algorithm, use, isExportable);
        if (CardKeyObjects.NeedsHalf(use))
        {
            throw Absent(HsmOperation.ImportCardKey, $"making keys for {use}: their left half is used alone, and "
                + "CKM_EXTRACT_KEY_FROM_KEY (0x365) is rare. Import the key");
        }

        return queue.RunAsync(HsmOperation.ImportCardKey,
            session => keys.Add(session, id, algorithm, use, default), cancellationToken);
    }

    protected override async ValueTask<HsmKey> ImportCoreAsync(
        TokenKeyId id, CardKeyAlgorithm algorithm, CardKeyUse use, bool isExportable, ReadOnlyMemory<byte> key,
        CancellationToken cancellationToken)
    {
        RequireUse(algorithm, use, isExportable);
        byte[] copy = GC.AllocateArray<byte>(key.Length, pinned: true);
        try
        {
            key.CopyTo(copy);
            return await queue.RunAsync(HsmOperation.ImportCardKey,
                session => keys.Add(session, id, algorithm, use, copy), cancellationToken);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(copy);
        }
    }

    protected override ValueTask ComputeCardValueCoreAsync(
        HsmKey key, CardValueData data, Memory<char> value, CancellationToken cancellationToken) =>
        new(queue.RunAsync(HsmOperation.CardValue, session =>
        {
            // Both blocks under the left half, then the right one backwards and the left one again: that is the retail
            // MAC.
            byte[] blocks = new byte[2 * BlockSize];
            try
            {
                CardVerificationValue.WriteInput(data.Pan.Span, data.Expiry.Span, data.ServiceCode.Span, blocks);
                ulong block = keys.Use(session, key, HsmOperation.CardValue,
                    (whole, half) => Retail(session, whole, half, blocks));
                CardVerificationValue.Decimalise(block, value.Span);
                return true;
            }
            finally
            {
                CryptographicOperations.ZeroMemory(blocks);
            }
        }, cancellationToken).AsTask());

    protected override async ValueTask<bool> VerifyCardValueCoreAsync(
        HsmKey key, CardValueData data, ReadOnlyMemory<char> value, CancellationToken cancellationToken)
    {
        char[] expected = new char[value.Length];
        await ComputeCardValueCoreAsync(key, data, expected, cancellationToken);
        return CryptographicOperations.FixedTimeEquals(
            MemoryMarshal.AsBytes<char>(expected), MemoryMarshal.AsBytes(value.Span));
    }

    protected override ValueTask<bool> VerifyCryptogramCoreAsync(
        HsmKey key, CardTransaction transaction, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        if (transaction.Cryptogram.Length != EmvCryptogram.Size || data.IsEmpty)
            throw new CardException(CardFault.InvalidInput, "A cryptogram has 8 bytes, and its data at least one.");

        bool isAes = ((CardKeyAlgorithm)key.Algorithm).IsAes;
        return queue.RunAsync(HsmOperation.VerifyCryptogram, session =>
            keys.Use(session, key, HsmOperation.VerifyCryptogram, (issuer, _) =>
            {
                using DerivedKeys derived = new(session);
                byte[] expected;
                if (isAes)
                {
                    ulong signing = AesSessionKey(derived, issuer, key.Algorithm.PrivateKeySize, transaction);
                    expected = session.Sign(new CkMechanism { Type = Ckm.AesCmac }, signing, data.Span, 16)[..8];
                }
                else
                {
                    (ulong whole, ulong half) = SessionKey(derived, issuer, transaction, isMaster: false);
                    expected = Bytes(Retail(session, whole, half, Padded(data.Span, transaction.Padding)));
                }

                return CryptographicOperations.FixedTimeEquals(expected, transaction.Cryptogram.Span);
            }), cancellationToken);
    }

    protected override ValueTask AnswerByMethod1CoreAsync(
        HsmKey key, CardTransaction transaction, ReadOnlyMemory<byte> responseCode, Memory<byte> answer,
        CancellationToken cancellationToken)
    {
        RequireSize(transaction.Cryptogram, EmvCryptogram.Size, "cryptogram");
        RequireSize(responseCode, 2, "response code");
        ArgumentOutOfRangeException.ThrowIfNotEqual(answer.Length, EmvCryptogram.Size, nameof(answer));
        return new(queue.RunAsync(HsmOperation.AnswerCryptogram, session =>
            keys.Use(session, key, HsmOperation.AnswerCryptogram, (issuer, _) =>
            {
                using DerivedKeys derived = new(session);
                (ulong whole, ulong half) = SessionKey(derived, issuer, transaction, transaction.AnswersUnderMasterKey);
                byte[] block = transaction.Cryptogram.ToArray();
                block[0] ^= responseCode.Span[0];
                block[1] ^= responseCode.Span[1];
                Bytes(Retail(session, whole, half, block)).CopyTo(answer);
                return true;
            }), cancellationToken).AsTask());
    }

    protected override ValueTask AnswerByMethod2CoreAsync(
        HsmKey key, CardTransaction transaction, ReadOnlyMemory<byte> cardStatusUpdate,
        ReadOnlyMemory<byte> proprietaryData, Memory<byte> answer, CancellationToken cancellationToken)
    {
        RequireSize(transaction.Cryptogram, EmvCryptogram.Size, "cryptogram");
        RequireSize(cardStatusUpdate, 4, "card status update");
        if (proprietaryData.Length > 8)
            throw new CardException(CardFault.InvalidInput, "The proprietary data has at most 8 bytes.");
        ArgumentOutOfRangeException.ThrowIfNotEqual(answer.Length, EmvCryptogram.ShortAnswerSize, nameof(answer));
        byte[] data =
            [.. transaction.Cryptogram.Span, .. cardStatusUpdate.Span, .. proprietaryData.Span];
        return new(queue.RunAsync(HsmOperation.AnswerCryptogram, session =>
            keys.Use(session, key, HsmOperation.AnswerCryptogram, (issuer, _) =>
            {
                using DerivedKeys derived = new(session);
                (ulong whole, ulong half) = SessionKey(derived, issuer, transaction, transaction.AnswersUnderMasterKey);
                Bytes(Retail(session, whole, half, Padded(data, MacPadding.OneThenZeros)))
                    .AsSpan(0, EmvCryptogram.ShortAnswerSize).CopyTo(answer.Span);
                return true;
            }), cancellationToken).AsTask());
    }

    protected override ValueTask AuthenticateScriptCoreAsync(
        HsmKey key, ScriptSession session, ReadOnlyMemory<byte> message, Memory<byte> mac,
        CancellationToken cancellationToken)
    {
        RequireScript(session);
        if (mac.Length is < 4 or > 8)
            throw new CardException(CardFault.InvalidInput, "A script's MAC has 4 to 8 bytes.");
        return new(queue.RunAsync(HsmOperation.CardScript, at =>
            keys.Use(at, key, HsmOperation.CardScript, (issuer, _) =>
            {
                using DerivedKeys derived = new(at);
                (ulong whole, ulong half) = ScriptKey(derived, issuer, session);
                Bytes(Retail(at, whole, half, Padded(message.Span, MacPadding.OneThenZeros)))
                    .AsSpan(0, mac.Length).CopyTo(mac.Span);
                return true;
            }), cancellationToken).AsTask());
    }

    protected override ValueTask<byte[]> EncipherScriptCoreAsync(
        HsmKey key, ScriptSession session, ReadOnlyMemory<byte> data, ScriptPadding padding,
        CancellationToken cancellationToken)
    {
        RequireScript(session);
        byte[] blocks = IssuerScript.Pad(data.Span, padding);
        return queue.RunAsync(HsmOperation.CardScript, at =>
            keys.Use(at, key, HsmOperation.CardScript, (issuer, _) =>
            {
                using DerivedKeys derived = new(at);
                (ulong whole, ulong _) = ScriptKey(derived, issuer, session);
                try
                {
                    return padding == ScriptPadding.LengthFirst
                        ? Encrypted(at, Ckm.Des3Ecb, whole, blocks) : Encrypted(at, Ckm.Des3Cbc, whole, blocks);
                }
                finally
                {
                    CryptographicOperations.ZeroMemory(blocks);
                }
            }), cancellationToken);
    }

    protected override ValueTask ComputeMacCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> data, MacPadding padding, Memory<byte> mac,
        CancellationToken cancellationToken)
    {
        bool isAes = ((CardKeyAlgorithm)key.Algorithm).IsAes;
        int size = isAes ? 16 : BlockSize;
        if (mac.Length < 4 || mac.Length > size)
            throw new CardException(CardFault.InvalidInput, $"A MAC has 4 to {size} bytes, not {mac.Length}.");
        if (key.CardUse == CardKeyUse.Cmac) RequireMechanism(isAes ? Ckm.AesCmac : Ckm.Des3Cmac);
        return new(queue.RunAsync(HsmOperation.CardMac, session =>
            keys.Use(session, key, HsmOperation.CardMac, (whole, half) =>
            {
                byte[] full = key.CardUse == CardKeyUse.RetailMac
                    ? Bytes(Retail(session, whole, half, Padded(data.Span, padding)))
                    : session.Sign(new CkMechanism { Type = isAes ? Ckm.AesCmac : Ckm.Des3Cmac }, whole, data.Span,
                        size);
                full.AsSpan(0, mac.Length).CopyTo(mac.Span);
                return true;
            }), cancellationToken).AsTask());
    }

    private void RequireUse(CardKeyAlgorithm algorithm, CardKeyUse use, bool isExportable)
    {
        if (isExportable)
            throw Absent(HsmOperation.ImportCardKey, "X9.143 (TR-31) key blocks, so no key may leave it in one");
        string? why = use switch
        {
            CardKeyUse.Cryptograms => WhyNot(HsmOperation.VerifyCryptogram, algorithm),
            CardKeyUse.ScriptIntegrity or CardKeyUse.ScriptConfidentiality =>
                WhyNot(HsmOperation.CardScript, algorithm),
            CardKeyUse.CardVerification or CardKeyUse.RetailMac => WhyNot(HsmOperation.CardValue, algorithm),
            CardKeyUse.Cmac => token.Capabilities.WhyNot(
                algorithm.IsAes ? Ckm.AesCmac : Ckm.Des3Cmac, MechanismFlags.Sign),
            CardKeyUse.KeyBlockProtection => WhyNot(HsmOperation.ExportCardKey, algorithm),
            CardKeyUse.BaseDerivation or CardKeyUse.DukptInitial =>
                "DUKPT keys are used for PINs and key blocks, which PKCS#11 itself has no mechanism for",
            _ => WhyNot(HsmOperation.VerifyPin, algorithm),
        };
        if (why is not null) throw Absent(HsmOperation.ImportCardKey, $"{algorithm} keys for {use}: {why}");
    }

    private void RequireScript(ScriptSession session)
    {
        if (session.SessionKey == ScriptKeyDerivation.FromCounter)
        {
            throw Absent(HsmOperation.CardScript,
                "Visa's script keys: CKM_XOR_BASE_AND_DATA (0x364) into a TDEA key, which few modules do");
        }
    }

    private void RequireMechanism(Ckm mechanism)
    {
        if (token.Capabilities.WhyNot(mechanism, MechanismFlags.Sign) is { } why)
            throw Absent(HsmOperation.CardMac, $"CMAC: {why}");
    }

    private static void RequireSize(ReadOnlyMemory<byte> value, int size, string what)
    {
        if (value.Length != size)
        {
            throw new CardException(CardFault.InvalidInput,
                $"The {what} has {value.Length} bytes; it must have {size}.");
        }
    }

    /// <summary>The transaction's key, or the card's, whole and its left half.</summary>
    private static (ulong Whole, ulong Half) SessionKey(
        DerivedKeys derived, ulong issuer, CardTransaction transaction, bool isMaster)
    {
        Span<byte> master = stackalloc byte[EmvKeys.MaxInputSize], input = stackalloc byte[EmvKeys.MaxInputSize];
        EmvKeys.WriteMasterKeyInput(transaction.Pan.Span, transaction.PanSequence.Span, transaction.MasterKey, master);
        if (isMaster || transaction.SessionKey == SessionKeyDerivation.None)
            return (derived.Tdea(issuer, master, Cka.Encrypt), derived.TdeaHalf(issuer, master));

        EmvKeys.WriteSessionKeyInput(transaction.SessionKey, transaction.Atc.Span, transaction.UnpredictableNumber.Span,
            isAes: false, EmvKeys.TdeaKeySize, input);
        ulong card = derived.Tdea(issuer, master, Cka.Derive);
        return (derived.Tdea(card, input, Cka.Encrypt), derived.TdeaHalf(card, input));
    }

    private static (ulong Whole, ulong Half) ScriptKey(DerivedKeys derived, ulong issuer, ScriptSession session)
    {
        Span<byte> master = stackalloc byte[EmvKeys.MaxInputSize], input = stackalloc byte[EmvKeys.MaxInputSize];
        EmvKeys.WriteMasterKeyInput(session.Pan.Span, session.PanSequence.Span, session.MasterKey, master);
        EmvKeys.WriteScriptKeyInput(session.Diversifier.Span, input);
        ulong card = derived.Tdea(issuer, master, Cka.Derive);
        return (derived.Tdea(card, input, Cka.Encrypt), derived.TdeaHalf(card, input));
    }

    private static ulong AesSessionKey(DerivedKeys derived, ulong issuer, int size, CardTransaction transaction)
    {
        Span<byte> input = stackalloc byte[EmvKeys.MaxInputSize];
        EmvKeys.WriteMasterKeyInput(transaction.Pan.Span, transaction.PanSequence.Span, transaction.MasterKey, input);
        if (transaction.SessionKey == SessionKeyDerivation.None) return derived.Aes(issuer, input, size, Cka.Sign);

        ulong card = derived.Aes(issuer, input, size, Cka.Derive);
        EmvKeys.WriteSessionKeyInput(transaction.SessionKey, transaction.Atc.Span, transaction.UnpredictableNumber.Span,
            isAes: true, size, input);
        return derived.Aes(card, input, size, Cka.Sign);
    }

    /// <summary>
    /// ISO/IEC 9797-1 algorithm 3 over whole blocks: all but the last under the left half, the last under both.
    /// </summary>
    private static ulong Retail(Session session, ulong whole, ulong half, byte[] blocks)
    {
        byte[] last = blocks[^BlockSize..];
        if (blocks.Length > BlockSize)
        {
            byte[] chained = Encrypted(session, Ckm.Des3Cbc, half, blocks.AsSpan(0, blocks.Length - BlockSize));
            for (int i = 0; i < BlockSize; i++) last[i] ^= chained[chained.Length - BlockSize + i];
        }

        session.Encrypt(new CkMechanism { Type = Ckm.Des3Ecb }, whole, last, last);
        return BinaryPrimitives.ReadUInt64BigEndian(last);
    }

    private static unsafe byte[] Encrypted(Session session, Ckm mechanism, ulong key, ReadOnlySpan<byte> blocks)
    {
        byte[] result = new byte[blocks.Length];
        byte* zeros = stackalloc byte[BlockSize];
        new Span<byte>(zeros, BlockSize).Clear();
        CkMechanism how = new() { Type = mechanism };
        if (mechanism != Ckm.Des3Ecb)
        {
            how.Parameter = zeros;
            how.ParameterLength = BlockSize;
        }

        session.Encrypt(how, key, blocks, result);
        return result;
    }

    private static byte[] Padded(ReadOnlySpan<byte> data, MacPadding padding)
    {
        int size = padding == MacPadding.OneThenZeros ? (data.Length / BlockSize * BlockSize) + BlockSize
            : Math.Max(BlockSize, (data.Length + BlockSize - 1) / BlockSize * BlockSize);
        byte[] padded = new byte[size];
        data.CopyTo(padded);
        if (padding == MacPadding.OneThenZeros) padded[data.Length] = 0x80;
        return padded;
    }

    private static byte[] Bytes(ulong block)
    {
        byte[] bytes = new byte[BlockSize];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, block);
        return bytes;
    }
}
