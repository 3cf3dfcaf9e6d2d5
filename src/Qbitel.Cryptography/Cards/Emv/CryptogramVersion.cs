using Qbitel.Cryptography.BlockCiphers;

namespace Qbitel.Cryptography.Cards.Emv;

/// <summary>How an issuer answers a cryptogram.</summary>
public enum AnswerMethod
{
    /// <summary>The cryptogram and a response code of 2 bytes, encrypted: 8 bytes.</summary>
    Method1,

    /// <summary>A MAC over the cryptogram, a card status update and what the issuer adds: 4 bytes.</summary>
    Method2,
}

/// <summary>What of the issuer application data is under a cryptogram, after the transaction's data.</summary>
public enum AuthenticatedCardData
{
    /// <summary>The card verification results.</summary>
    Results,

    /// <summary>The card verification results and the counters.</summary>
    ResultsAndCounters,

    /// <summary>All of tag 9F10.</summary>
    Whole,
}

/// <summary>What confirms that a version is computed as cards do it.</summary>
public enum VersionEvidence
{
    /// <summary>A published worked example, checked with a hardware module by those who published it.</summary>
    WorkedExample,

    /// <summary>The algorithms have vectors; which data is under the cryptogram follows public descriptions, and the
    /// scheme's manual decides.</summary>
    SchemeManual,
}

/// <summary>How cards of one cryptogram version number make their cryptograms, and how they are answered.</summary>
/// <remarks>An operator may describe the versions of other schemes; see <see cref="Standard"/> for ours.</remarks>
public sealed record CryptogramVersion
{
    // EMV Book 2, 8.1.1: the minimum set, in its order. Tag and length.
    private static readonly (uint Tag, int Length)[] MinimumData =
    [
        (0x9F02, 6), (0x9F03, 6), (0x9F1A, 2), (0x95, 5), (0x5F2A, 2), (0x9A, 3), (0x9C, 1), (0x9F37, 4), (0x82, 2),
        (0x9F36, 2),
    ];

    /// <summary>What people call it, e.g. <c>Visa CVN 18</c>.</summary>
    public required string Name { get; init; }

    public required CardScheme Scheme { get; init; }

    /// <summary>As the issuer application data gives it.</summary>
    public required byte Code { get; init; }

    public required MasterKeyDerivation MasterKey { get; init; }

    public required SessionKeyDerivation SessionKey { get; init; }

    public MacPadding Padding { get; init; } = MacPadding.OneThenZeros;

    public required AnswerMethod Answer { get; init; }

    /// <summary>The answer is made under the card's master key and not under the transaction's session key.</summary>
    public bool AnswersUnderMasterKey { get; init; }

    public required AuthenticatedCardData CardData { get; init; }

    public required VersionEvidence Evidence { get; init; }

    /// <summary>How the keys of scripts are made.</summary>
    public ScriptKeyDerivation ScriptKey { get; init; } = ScriptKeyDerivation.FromCryptogram;

    public ScriptPadding ScriptPadding { get; init; } = ScriptPadding.Always;

    /// <summary>Tags and lengths of what is under the cryptogram, in their order, before the card's own data.</summary>
    public IReadOnlyList<(uint Tag, int Length)> Data { get; init; } = MinimumData;

    /// <summary>The versions of Visa and Mastercard that are publicly described.</summary>
    public static IReadOnlyList<CryptogramVersion> Standard { get; } =
    [
        new()
        {
            Name = "Visa CVN 10", Scheme = CardScheme.Visa, Code = 0x0A, MasterKey = MasterKeyDerivation.OptionA,
            SessionKey = SessionKeyDerivation.None, Padding = MacPadding.Zeros, Answer = AnswerMethod.Method1,
            AnswersUnderMasterKey = true, CardData = AuthenticatedCardData.Results,
            ScriptKey = ScriptKeyDerivation.FromCounter, ScriptPadding = ScriptPadding.LengthFirst,
            Evidence = VersionEvidence.WorkedExample,
        },
        VisaSessionKey("Visa CVN 18", 0x12, VersionEvidence.WorkedExample),
        // Both spellings are met: the decimal number, and the nibbles for format 2 of the data.
        VisaSessionKey("Visa CVN 22", 0x16, VersionEvidence.SchemeManual),
        VisaSessionKey("Visa CVN 22", 0x22, VersionEvidence.SchemeManual),
        MChip("Mastercard CVN 16", 0x10, SessionKeyDerivation.MChip, AuthenticatedCardData.Results),
        MChip("Mastercard CVN 17", 0x11, SessionKeyDerivation.MChip, AuthenticatedCardData.ResultsAndCounters),
        MChip("Mastercard CVN 20", 0x14, SessionKeyDerivation.CommonSessionKey, AuthenticatedCardData.Results),
        MChip("Mastercard CVN 21", 0x15, SessionKeyDerivation.CommonSessionKey,
            AuthenticatedCardData.ResultsAndCounters),
    ];

    /// <summary>The version of a scheme's card by its number, among those given; null where it is unknown.</summary>
    public static CryptogramVersion? Find(
        IReadOnlyList<CryptogramVersion> versions, CardScheme scheme, byte code)
    {
        ArgumentNullException.ThrowIfNull(versions);
        foreach (CryptogramVersion version in versions)
            if (version.Scheme == scheme && version.Code == code) return version;

        return null;
    }

    public override string ToString() => Name;

    private static CryptogramVersion VisaSessionKey(string name, byte code, VersionEvidence evidence) => new()
    {
        Name = name,
        Scheme = CardScheme.Visa,
        Code = code,
        MasterKey = MasterKeyDerivation.OptionB,
        SessionKey = SessionKeyDerivation.CommonSessionKey,
        Answer = AnswerMethod.Method2,
        CardData = AuthenticatedCardData.Whole,
        ScriptKey = ScriptKeyDerivation.FromCounter,
        ScriptPadding = ScriptPadding.LengthFirst,
        Evidence = evidence,
    };

    private static CryptogramVersion MChip(
        string name, byte code, SessionKeyDerivation sessionKey, AuthenticatedCardData cardData) => new()
        {
            Name = name,
            Scheme = CardScheme.Mastercard,
            Code = code,
            MasterKey = MasterKeyDerivation.OptionA,
            SessionKey = sessionKey,
            Answer = AnswerMethod.Method1,
            AnswersUnderMasterKey = sessionKey == SessionKeyDerivation.MChip,
            CardData = cardData,
            ScriptPadding = ScriptPadding.WhereNeeded,
            Evidence = VersionEvidence.SchemeManual,
        };
}
