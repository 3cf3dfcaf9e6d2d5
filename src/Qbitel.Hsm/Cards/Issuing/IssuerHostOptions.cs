using Qbitel.Cryptography.Cards.Emv;
using Qbitel.Protocols.Emv;
using Qbitel.Protocols.Iso8583;

namespace Qbitel.Hsm.Cards.Issuing;

/// <summary>The cards of an issuer: a range of numbers and the key of their cryptograms.</summary>
/// <param name="Prefix">The first digits of the numbers; of several the longest counts.</param>
/// <param name="CryptogramKey">The issuer's master key, in the box.</param>
/// <param name="KeyIndex">The key index that the cards send, where the issuer has several keys; null for all.</param>
/// <param name="Scheme">Null where the application or the number tells it.</param>
/// <param name="DataObjects">The cards' CDOL1, where their profile has another than the cryptogram version
/// says.</param>
public sealed record IssuerProduct(
    string Prefix, HsmKey CryptogramKey, byte? KeyIndex = null, CardScheme? Scheme = null,
    DataObjectList? DataObjects = null);

/// <summary>What a verified request asks for, for whoever decides about the account.</summary>
/// <param name="Message">The request as it came; zeroed when the decision is made.</param>
/// <param name="CardIndex">Tells cards apart without their numbers.</param>
public sealed record VerifiedRequest(Iso8583Message Message, string CardIndex);

/// <summary>How an issuer's host works.</summary>
public sealed record IssuerHostOptions
{
    public required IReadOnlyList<IssuerProduct> Products { get; init; }

    /// <summary>An AES key of the box, of use CMAC: it makes the index of a card from its number.</summary>
    public required HsmKey IndexKey { get; init; }

    /// <summary>The cryptogram versions that are known. Default: those of Visa and Mastercard that are publicly
    /// described.</summary>
    public IReadOnlyList<CryptogramVersion> Versions { get; init; } = CryptogramVersion.Standard;

    /// <summary>The dialect. Default: ISO 8583:1987 in ASCII.</summary>
    public Iso8583Profile Profile { get; init; } = Iso8583Profile.Ascii1987;

    /// <summary>Header and bitmap of a message without its frame. Default: no header, whichever bitmap comes.</summary>
    public Iso8583Encoding? Encoding { get; init; }

    /// <summary>The card status update of an approval by method 2; of a refusal it is zeros. Default: the issuer
    /// approves online (EMV Common Core Definitions).</summary>
    public ReadOnlyMemory<byte> ApprovalStatusUpdate { get; init; } = new byte[] { 0x00, 0x80, 0x00, 0x00 };

    /// <summary>How far a card's counter may jump. Default: as far as it likes.</summary>
    public int MaxCounterGap { get; init; } = ushort.MaxValue;

    /// <summary>Decides about the account of a verified card; gives the response code. Default: 00.</summary>
    public Func<VerifiedRequest, CancellationToken, ValueTask<string>>? Decide { get; init; }

    /// <summary>Who acts, in the audit log. Default <c>service:card-host</c>.</summary>
    public string Actor { get; init; } = "service:card-host";
}
