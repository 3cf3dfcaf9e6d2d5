using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.BlockCiphers;
using Qbitel.Cryptography.Cards;
using Qbitel.Cryptography.Cards.Dukpt;
using Qbitel.Cryptography.Cards.Emv;
using Qbitel.Cryptography.Cards.KeyBlocks;

namespace Qbitel.Hsm.Software;

/// <summary>Card cryptography with keys in the memory of this process while they are used.</summary>
/// <remarks>Keys of cards and transactions are made for one call, on its stack, and zeroed after it.</remarks>
internal sealed class SoftwareCards(HsmProvider provider, ICardKeyHolder token) : HsmCards(provider)
{
    private const int MaxKeySize = 32;

    public override bool Supports(HsmOperation operation, CardKeyAlgorithm algorithm) => operation switch
    {
        // EMV gives no answer under AES that anybody has confirmed.
        HsmOperation.AnswerCryptogram or HsmOperation.CardValue or HsmOperation.CardScript => !algorithm.IsAes,
        >= HsmOperation.ImportCardKey => true,
        _ => false,
    };

    protected override async ValueTask<HsmKey> GenerateCoreAsync(
        TokenKeyId id, CardKeyAlgorithm algorithm, CardKeyUse use, bool isExportable,
        CancellationToken cancellationToken)
    {
        using SecretBuffer key = new(algorithm.PrivateKeySize);
        RandomNumberGenerator.Fill(key.Bytes);
        return await token.KeepAsync(id, algorithm, use, isExportable, key, cancellationToken);
    }

    protected override async ValueTask<HsmKey> ImportCoreAsync(
        TokenKeyId id, CardKeyAlgorithm algorithm, CardKeyUse use, bool isExportable, ReadOnlyMemory<byte> key,
        CancellationToken cancellationToken)
    {
        using SecretBuffer copy = new(key.Length);
        key.Span.CopyTo(copy.Bytes);
        return await token.KeepAsync(id, algorithm, use, isExportable, copy, cancellationToken);
    }

    protected override async ValueTask<HsmKey> ImportKeyBlockCoreAsync(
        TokenKeyId id, HsmKey protection, string block, CancellationToken cancellationToken)
    {
        HeldKey held = await token.HoldAsync(protection, HsmOperation.ImportCardKey, cancellationToken);
        try
        {
            using KeyBlock opened = KeyBlock.Unwrap(held.Cipher, block);
            KeyBlockHeader header = opened.Header;
            if (!CardKeyUses.TryParse(header.Usage, out CardKeyUse use))
                throw Absent(HsmOperation.ImportCardKey, $"keys of usage {header.Usage}");
            if (header.Algorithm is not ('A' or 'T')
                || CardKeyAlgorithm.Of(header.Algorithm == 'A', opened.Key.Length) is not { } algorithm)
            {
                throw Absent(HsmOperation.ImportCardKey, $"keys of algorithm {header.Algorithm}");
            }

            using SecretBuffer copy = new(opened.Key.Length);
            opened.Key.CopyTo(copy.Bytes);
            HsmKey kept = await token.KeepAsync(
                id, algorithm, use, header.Exportability == 'E', copy, cancellationToken);
            return kept.CardUse == use && kept.Algorithm == algorithm ? kept
                : throw Failed(HsmOperation.ImportCardKey, HsmFailure.KeyConflict,
                    $"key {id} exists for another use. Use another key name.");
        }
        finally
        {
            held.Release();
        }
    }

    protected override async ValueTask<string> ExportKeyBlockCoreAsync(
        HsmKey protection, HsmKey key, bool isExportable, CancellationToken cancellationToken)
    {
        HeldKey held = await token.HoldAsync(protection, HsmOperation.ExportCardKey, cancellationToken);
        try
        {
            HeldKey exported = await token.HoldAsync(key, HsmOperation.ExportCardKey, cancellationToken);
            try
            {
                KeyBlockHeader header = Header(
                    held, key.CardUse!.Value, ((CardKeyAlgorithm)key.Algorithm).IsAes, isExportable);
                return KeyBlock.Wrap(held.Cipher, header, exported.Cipher);
            }
            finally
            {
                exported.Release();
            }
        }
        finally
        {
            held.Release();
        }
    }

    protected override async ValueTask ComputeCardValueCoreAsync(
        HsmKey key, CardValueData data, Memory<char> value, CancellationToken cancellationToken)
    {
        HeldKey held = await token.HoldAsync(key, HsmOperation.CardValue, cancellationToken);
        try
        {
            CardVerificationValue.Compute(
                held.Cipher, data.Pan.Span, data.Expiry.Span, data.ServiceCode.Span, value.Span);
        }
        finally
        {
            held.Release();
        }
    }

    protected override async ValueTask<bool> VerifyCardValueCoreAsync(
        HsmKey key, CardValueData data, ReadOnlyMemory<char> value, CancellationToken cancellationToken)
    {
        HeldKey held = await token.HoldAsync(key, HsmOperation.CardValue, cancellationToken);
        try
        {
            return CardVerificationValue.Verify(
                held.Cipher, data.Pan.Span, data.Expiry.Span, data.ServiceCode.Span, value.Span);
        }
        finally
        {
            held.Release();
        }
    }

    protected override async ValueTask<bool> VerifyPinCoreAsync(
        CardPinKey pinKey, ReadOnlyMemory<byte> block, ReadOnlyMemory<char> pan, CardPinReference reference,
        CancellationToken cancellationToken)
    {
        HeldKey held = await token.HoldAsync(pinKey.Key, HsmOperation.VerifyPin, cancellationToken);
        try
        {
            HeldKey verifier = await token.HoldAsync(reference.Key, HsmOperation.VerifyPin, cancellationToken);
            try
            {
                return VerifyPin(held, pinKey, block.Span, pan.Span, verifier, reference);
            }
            finally
            {
                verifier.Release();
            }
        }
        finally
        {
            held.Release();
        }
    }

    protected override async ValueTask TranslatePinCoreAsync(
        CardPinKey source, ReadOnlyMemory<byte> block, CardPinKey target, ReadOnlyMemory<char> pan,
        Memory<byte> translated, bool allowWeaker, CancellationToken cancellationToken)
    {
        HeldKey from = await token.HoldAsync(source.Key, HsmOperation.TranslatePin, cancellationToken);
        try
        {
            HeldKey to = await token.HoldAsync(target.Key, HsmOperation.TranslatePin, cancellationToken);
            try
            {
                TranslatePin(from, source, block.Span, to, target, pan.Span, translated.Span, allowWeaker);
            }
            finally
            {
                to.Release();
            }
        }
        finally
        {
            from.Release();
        }
    }

    protected override async ValueTask<bool> VerifyCryptogramCoreAsync(
        HsmKey key, CardTransaction transaction, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        HeldKey held = await token.HoldAsync(key, HsmOperation.VerifyCryptogram, cancellationToken);
        try
        {
            return VerifyCryptogram(held, transaction, data.Span);
        }
        finally
        {
            held.Release();
        }
    }

    protected override async ValueTask AnswerByMethod1CoreAsync(
        HsmKey key, CardTransaction transaction, ReadOnlyMemory<byte> responseCode, Memory<byte> answer,
        CancellationToken cancellationToken)
    {
        HeldKey held = await token.HoldAsync(key, HsmOperation.AnswerCryptogram, cancellationToken);
        try
        {
            Span<byte> answering = stackalloc byte[EmvKeys.TdeaKeySize];
            DeriveAnswerKey(held, transaction, answering);
            EmvCryptogram.AnswerByMethod1(answering, transaction.Cryptogram.Span, responseCode.Span, answer.Span);
            CryptographicOperations.ZeroMemory(answering);
        }
        finally
        {
            held.Release();
        }
    }

    protected override async ValueTask AnswerByMethod2CoreAsync(
        HsmKey key, CardTransaction transaction, ReadOnlyMemory<byte> cardStatusUpdate,
        ReadOnlyMemory<byte> proprietaryData, Memory<byte> answer, CancellationToken cancellationToken)
    {
        HeldKey held = await token.HoldAsync(key, HsmOperation.AnswerCryptogram, cancellationToken);
        try
        {
            Span<byte> answering = stackalloc byte[EmvKeys.TdeaKeySize];
            DeriveAnswerKey(held, transaction, answering);
            EmvCryptogram.AnswerByMethod2(
                answering, transaction.Cryptogram.Span, cardStatusUpdate.Span, proprietaryData.Span, answer.Span);
            CryptographicOperations.ZeroMemory(answering);
        }
        finally
        {
            held.Release();
        }
    }

    protected override async ValueTask AuthenticateScriptCoreAsync(
        HsmKey key, ScriptSession session, ReadOnlyMemory<byte> message, Memory<byte> mac,
        CancellationToken cancellationToken)
    {
        HeldKey held = await token.HoldAsync(key, HsmOperation.CardScript, cancellationToken);
        try
        {
            Span<byte> scripting = stackalloc byte[EmvKeys.TdeaKeySize];
            DeriveScriptKey(held, session, scripting);
            IssuerScript.ComputeMac(scripting, message.Span, mac.Span);
            CryptographicOperations.ZeroMemory(scripting);
        }
        finally
        {
            held.Release();
        }
    }

    protected override async ValueTask<byte[]> EncipherScriptCoreAsync(
        HsmKey key, ScriptSession session, ReadOnlyMemory<byte> data, ScriptPadding padding,
        CancellationToken cancellationToken)
    {
        HeldKey held = await token.HoldAsync(key, HsmOperation.CardScript, cancellationToken);
        try
        {
            Span<byte> scripting = stackalloc byte[EmvKeys.TdeaKeySize];
            DeriveScriptKey(held, session, scripting);
            byte[] enciphered = IssuerScript.Encrypt(scripting, data.Span, padding);
            CryptographicOperations.ZeroMemory(scripting);
            return enciphered;
        }
        finally
        {
            held.Release();
        }
    }

    protected override async ValueTask ComputeMacCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> data, MacPadding padding, Memory<byte> mac,
        CancellationToken cancellationToken)
    {
        HeldKey held = await token.HoldAsync(key, HsmOperation.CardMac, cancellationToken);
        try
        {
            if (key.CardUse == CardKeyUse.RetailMac)
                MessageMac.ComputeRetail(held.Cipher, data.Span, padding, mac.Span);
            else
                MessageMac.ComputeCmac(held.Cipher, ((CardKeyAlgorithm)key.Algorithm).IsAes, data.Span, mac.Span);
        }
        finally
        {
            held.Release();
        }
    }

    protected override async ValueTask<string> DeriveInitialKeyCoreAsync(
        HsmKey key, ReadOnlyMemory<byte> keySerialNumber, HsmKey protection, CancellationToken cancellationToken)
    {
        HeldKey held = await token.HoldAsync(key, HsmOperation.DeriveInitialKey, cancellationToken);
        try
        {
            HeldKey protecting = await token.HoldAsync(protection, HsmOperation.DeriveInitialKey, cancellationToken);
            try
            {
                bool isAes = ((CardKeyAlgorithm)key.Algorithm).IsAes;
                Span<byte> initial = stackalloc byte[MaxKeySize];
                initial = initial[..held.Cipher.Length];
                if (isAes) AesDukpt.DeriveInitialKey(held.Cipher, AesKsn.Parse(keySerialNumber.Span), initial);
                else TdesDukpt.DeriveInitialKey(held.Cipher, TdesKsn.Parse(keySerialNumber.Span), initial);

                KeyBlockHeader header = Header(protecting, CardKeyUse.DukptInitial, isAes, isExportable: false);
                string block = KeyBlock.Wrap(protecting.Cipher, header with
                {
                    Options = [new KeyBlockOption(isAes ? "IK" : "KS", Convert.ToHexString(
                        isAes ? keySerialNumber.Span[..AesKsn.InitialKeyIdSize] : keySerialNumber.Span))],
                }, initial);
                CryptographicOperations.ZeroMemory(initial);
                return block;
            }
            finally
            {
                protecting.Release();
            }
        }
        finally
        {
            held.Release();
        }
    }

    private static KeyBlockHeader Header(HeldKey protection, CardKeyUse use, bool isAes, bool isExportable) => new()
    {
        Version = ((CardKeyAlgorithm)protection.Description.Algorithm).IsAes ? 'D' : 'B',
        Usage = use.Code,
        Algorithm = isAes ? 'A' : 'T',
        Mode = use.Mode,
        Exportability = isExportable ? 'E' : 'N',
    };

    private static bool VerifyCryptogram(HeldKey held, CardTransaction transaction, ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<byte> issuerKey = held.Cipher;
        bool isAes = ((CardKeyAlgorithm)held.Description.Algorithm).IsAes;
        Span<byte> keys = stackalloc byte[2 * MaxKeySize];
        Span<byte> masterKey = keys[..issuerKey.Length], sessionKey = keys.Slice(MaxKeySize, issuerKey.Length);
        try
        {
            EmvKeys.DeriveMasterKey(
                issuerKey, transaction.Pan.Span, transaction.PanSequence.Span, transaction.MasterKey, masterKey);
            EmvKeys.DeriveSessionKey(masterKey, transaction.SessionKey, transaction.Atc.Span,
                transaction.UnpredictableNumber.Span, isAes, sessionKey);
            return isAes
                ? EmvCryptogram.VerifyAes(sessionKey, data, transaction.Cryptogram.Span)
                : EmvCryptogram.Verify(sessionKey, data, transaction.Padding, transaction.Cryptogram.Span);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(keys);
        }
    }

    private static void DeriveAnswerKey(HeldKey held, CardTransaction transaction, Span<byte> answering)
    {
        Span<byte> masterKey = stackalloc byte[EmvKeys.TdeaKeySize];
        EmvKeys.DeriveMasterKey(
            held.Cipher, transaction.Pan.Span, transaction.PanSequence.Span, transaction.MasterKey, masterKey);
        if (transaction.AnswersUnderMasterKey)
        {
            masterKey.CopyTo(answering);
        }
        else
        {
            EmvKeys.DeriveSessionKey(masterKey, transaction.SessionKey, transaction.Atc.Span,
                transaction.UnpredictableNumber.Span, isAes: false, answering);
        }

        CryptographicOperations.ZeroMemory(masterKey);
    }

    private static void DeriveScriptKey(HeldKey held, ScriptSession session, Span<byte> scripting)
    {
        Span<byte> masterKey = stackalloc byte[EmvKeys.TdeaKeySize];
        EmvKeys.DeriveMasterKey(
            held.Cipher, session.Pan.Span, session.PanSequence.Span, session.MasterKey, masterKey);
        EmvKeys.DeriveScriptKey(masterKey, session.SessionKey, session.Diversifier.Span, scripting);
        CryptographicOperations.ZeroMemory(masterKey);
    }

    private static bool VerifyPin(
        HeldKey held, CardPinKey pinKey, ReadOnlySpan<byte> block, ReadOnlySpan<char> pan, HeldKey verifier,
        CardPinReference reference)
    {
        Span<byte> buffer = stackalloc byte[MaxKeySize];
        Span<char> pin = stackalloc char[PinBlock.MaxPin];
        try
        {
            PinKey under = new(pinKey.Format, PinKeyOf(held, pinKey, buffer));
            int length = PinTranslation.Open(under, block, pan, pin);
            if (reference.Key.CardUse == CardKeyUse.PinVerificationVisa)
            {
                return PinVerificationValue.Verify(
                    verifier.Cipher, reference.KeyIndex.Span, pan, pin[..length], reference.Value.Span);
            }

            // Of another length the PIN is wrong, whatever it is.
            if (length != reference.Value.Length) return false;
            Ibm3624Pin.RequireStrongTable(reference.Decimalisation.Span);
            Span<char> expected = stackalloc char[length];
            Ibm3624Pin.Compute(verifier.Cipher, reference.Decimalisation.Span, reference.ValidationData.Span,
                reference.Value.Span, expected);
            bool isSame = CryptographicOperations.FixedTimeEquals(
                MemoryMarshal.AsBytes(expected),
                MemoryMarshal.AsBytes(pin[..length]));
            expected.Clear();
            return isSame;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(pin));
        }
    }

    private static void TranslatePin(
        HeldKey from, CardPinKey source, ReadOnlySpan<byte> block, HeldKey to, CardPinKey target,
        ReadOnlySpan<char> pan, Span<byte> translated, bool allowWeaker)
    {
        Span<byte> buffers = stackalloc byte[2 * MaxKeySize];
        try
        {
            PinTranslation.Translate(
                new PinKey(source.Format, PinKeyOf(from, source, buffers[..MaxKeySize])), block,
                new PinKey(target.Format, PinKeyOf(to, target, buffers[MaxKeySize..])), pan, translated, allowWeaker);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffers);
        }
    }

    /// <summary>The key itself, or that of a DUKPT transaction, which is made in the buffer.</summary>
    private static ReadOnlySpan<byte> PinKeyOf(HeldKey held, CardPinKey pinKey, Span<byte> buffer)
    {
        if (!pinKey.IsDukpt) return held.Cipher;

        Span<byte> key = buffer[..held.Cipher.Length];
        if (!((CardKeyAlgorithm)held.Description.Algorithm).IsAes)
        {
            TdesDukpt.Derive(held.Cipher, TdesKsn.Parse(pinKey.KeySerialNumber.Span), TdesKeyUse.Pin, key);
            return key;
        }

        AesKsn serial = AesKsn.Parse(pinKey.KeySerialNumber.Span);
        AesDukptKeyType type = key.Length switch
        {
            16 => AesDukptKeyType.Aes128,
            24 => AesDukptKeyType.Aes192,
            _ => AesDukptKeyType.Aes256,
        };
        AesDukpt.DeriveInitialKey(held.Cipher, serial, key);
        AesDukpt.DeriveTransactionKey(key, serial, key);
        AesDukpt.DeriveWorkingKey(key, serial, AesDukptKeyUse.PinEncryption, type, key);
        return key;
    }
}
