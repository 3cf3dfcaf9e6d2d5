using System.Buffers;
using System.Buffers.Binary;
using Qbitel.Cryptography.Cards;
using Qbitel.Cryptography.Cards.Emv;
using Qbitel.Protocols.Emv;

namespace Qbitel.Hsm.Cards;

/// <summary>Verifies the cryptograms of chip cards and answers them, with keys that stay in a box.</summary>
/// <remarks>
/// Safe for concurrent use. Whether a counter came before is not its business: see <c>IssuerHost</c>. Without a key, or
/// with a box that does not answer, the result is <see cref="VerificationStatus.Indeterminate"/>.
/// </remarks>
public sealed class EmvCryptogramVerifier
{
    private readonly HsmProvider _hsm;

    public EmvCryptogramVerifier(HsmProvider hsm)
    {
        ArgumentNullException.ThrowIfNull(hsm);
        _hsm = hsm;
    }

    /// <summary>Verifies the ARQC of a transaction.</summary>
    /// <param name="data">What the card and the terminal sent.</param>
    /// <param name="card">Its number and sequence.</param>
    /// <param name="version">How the card makes its cryptograms.</param>
    /// <param name="issuerMasterKey">The issuer's key for cryptograms; null where there is none.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public ValueTask<ArqcVerification> VerifyArqcAsync(
        EmvCryptogramData data, CardIdentity card, CryptogramVersion version, HsmKey? issuerMasterKey,
        CancellationToken cancellationToken) =>
        VerifyArqcAsync(data, card, version, issuerMasterKey, dataObjects: null, cancellationToken);

    /// <summary>Verifies the ARQC of a card whose own list says which data of the terminal is under it.</summary>
    /// <remarks>
    /// The values are put together in the order and the lengths of the list, filled up and cut as EMV Book 3, 5.4, has
    /// it; the card's profile and counter (82, 9F36) follow where the version has them and the list does not, then the
    /// card's own data as the version says. What the list asks for and nobody sent is named and never made up.
    /// </remarks>
    /// <param name="data">What the card and the terminal sent.</param>
    /// <param name="card">Its number and sequence.</param>
    /// <param name="version">How the card makes its cryptograms; its list of data does not count.</param>
    /// <param name="issuerMasterKey">The issuer's key for cryptograms; null where there is none.</param>
    /// <param name="dataObjects">The card's CDOL1 (8C); null where the version's list counts.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async ValueTask<ArqcVerification> VerifyArqcAsync(
        EmvCryptogramData data, CardIdentity card, CryptogramVersion version, HsmKey? issuerMasterKey,
        DataObjectList? dataObjects, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(version);
        int? counter = data.TransactionCounter.Length == 2
            ? BinaryPrimitives.ReadUInt16BigEndian(data.TransactionCounter.Span) : null;
        if (issuerMasterKey is null) return Result(VerificationReason.NoKey, "no issuer key is given");
        if (data.Cryptogram.IsEmpty || data.Cryptogram.Span.IndexOfAnyExcept((byte)0) < 0)
            return Result(VerificationReason.MalformedValue, "the cryptogram (9F26) is missing, short or all zeros");
        if (counter is null)
            return Result(VerificationReason.MissingData, "the transaction counter (9F36) is missing or short");

        byte[] input = ArrayPool<byte>.Shared.Rent(CryptogramInput.MaxSize);
        try
        {
            if (!CryptogramInput.TryWrite(version, dataObjects, data, input, out int size, out string problem))
                return Result(VerificationReason.MissingData, problem);

            bool isGenuine = await _hsm.Cards.VerifyCryptogramAsync(
                issuerMasterKey, Transaction(data, card, version), input.AsMemory(0, size),
                cancellationToken);
            return isGenuine
                ? new ArqcVerification(VerificationStatus.Valid, VerificationReason.None,
                    "the card made this cryptogram", MaskedPan.Of(card.Pan.Span), version.Name, counter)
                : Result(VerificationReason.WrongValue, "the cryptogram is not the card's over this data");
        }
        catch (CardException wrong)
        {
            return Result(VerificationReason.MissingData, wrong.Message);
        }
        catch (HsmException failed)
        {
            return Result(ReasonOf(failed), failed.Message);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(input, clearArray: true);
        }

        ArqcVerification Result(VerificationReason reason, string detail) => new(
            StatusOf(reason), reason, detail, MaskedPan.Of(card.Pan.Span), version.Name, counter);
    }

    /// <summary>The issuer's answer to a verified cryptogram, as tag 91 carries it.</summary>
    /// <param name="data">What the card and the terminal sent.</param>
    /// <param name="card">Its number and sequence.</param>
    /// <param name="version">How the card makes its cryptograms.</param>
    /// <param name="issuerMasterKey">The issuer's key for cryptograms.</param>
    /// <param name="responseCode">Of the authorisation: two characters, as field 39 carries them.</param>
    /// <param name="cardStatusUpdate">4 bytes, for method 2 only.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>Method 1: 8 bytes and the response code. Method 2: 4 bytes and the card status update.</returns>
    /// <exception cref="HsmException">The box failed, or has no mechanism for it.</exception>
    /// <exception cref="CardException">What the card sent does not do.</exception>
    public async ValueTask<byte[]> GenerateArpcAsync(
        EmvCryptogramData data, CardIdentity card, CryptogramVersion version, HsmKey issuerMasterKey,
        string responseCode, ReadOnlyMemory<byte> cardStatusUpdate, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(version);
        ArgumentNullException.ThrowIfNull(issuerMasterKey);
        if (responseCode is not [>= ' ' and <= '~', >= ' ' and <= '~'])
            throw new ArgumentException("A response code is two characters of ASCII.", nameof(responseCode));

        CardTransaction transaction = Transaction(data, card, version);
        if (version.Answer == AnswerMethod.Method1)
        {
            byte[] answer = new byte[EmvCryptogram.Size + 2];
            answer[8] = (byte)responseCode[0];
            answer[9] = (byte)responseCode[1];
            await _hsm.Cards.AnswerByMethod1Async(issuerMasterKey, transaction, answer.AsMemory(8),
                answer.AsMemory(0, EmvCryptogram.Size), cancellationToken);
            return answer;
        }

        byte[] update = new byte[EmvCryptogram.ShortAnswerSize + 4];
        ArgumentOutOfRangeException.ThrowIfNotEqual(cardStatusUpdate.Length, 4, nameof(cardStatusUpdate));
        cardStatusUpdate.CopyTo(update.AsMemory(EmvCryptogram.ShortAnswerSize));
        await _hsm.Cards.AnswerByMethod2Async(issuerMasterKey, transaction, cardStatusUpdate, default,
            update.AsMemory(0, EmvCryptogram.ShortAnswerSize), cancellationToken);
        return update;
    }

    internal static VerificationReason ReasonOf(HsmException failed) => failed.Failure switch
    {
        HsmFailure.Unsupported => VerificationReason.BoxUnsupported,
        HsmFailure.KeyMissing or HsmFailure.KeyConflict or HsmFailure.NotAllowed => VerificationReason.WrongKey,
        _ => VerificationReason.BoxUnavailable,
    };

    internal static VerificationStatus StatusOf(VerificationReason reason) => reason switch
    {
        VerificationReason.WrongValue or VerificationReason.MalformedValue or VerificationReason.MissingData
            or VerificationReason.Inconsistent => VerificationStatus.Invalid,
        _ => VerificationStatus.Indeterminate,
    };

    private static CardTransaction Transaction(
        EmvCryptogramData data, CardIdentity card, CryptogramVersion version) => new()
        {
            Pan = card.Pan,
            PanSequence = card.PanSequence,
            MasterKey = version.MasterKey,
            SessionKey = version.SessionKey,
            Padding = version.Padding,
            AnswersUnderMasterKey = version.AnswersUnderMasterKey,
            Atc = data.TransactionCounter,
            UnpredictableNumber = data.UnpredictableNumber,
            Cryptogram = data.Cryptogram,
        };
}
