namespace Qbitel.Protocols.Fix.Tables;

/// <summary>Which fields hold what must not be shown.</summary>
internal static class FixRedaction
{
    /// <summary>The class of a field; a public value that has swallowed the field after it, with whatever that held, is
    /// text.</summary>
    public static Redaction Of(int tag, ReadOnlySpan<byte> value)
    {
        Redaction redaction = Of(tag);
        if (redaction != Redaction.None) return redaction;

        // A tag and its '=' within a value: a separator was lost.
        int equals = value.IndexOf((byte)'=');
        return equals > 0 && HoldsTag(value, equals) ? Redaction.Text : Redaction.None;
    }

    private static bool HoldsTag(ReadOnlySpan<byte> value, int equals)
    {
        for (int i = equals; i < value.Length; i++)
        {
            if (value[i] == '=' && char.IsAsciiDigit((char)value[i - 1])) return true;
        }

        return false;
    }

    public static Redaction Of(int tag) => tag switch
    {
        // Account, AllocAccount, settlement agents' and registered accounts, LegAllocAccount.
        1 or 79 or 178 or 184 or 440 or 467 or 500 or 505 or 513 or 671 => Redaction.Account,
        489 => Redaction.Pan, // CardNumber
        // Sub-identifiers, parties and their parts, users, settlement agents' people.
        50 or 57 or 109 or 116 or 129 or 144 or 448 or 523 or 524 or 545 or 553 => Redaction.Name,
        176 or 179 or 180 or 181 or 182 or 185 or 186 or 187 or 488 or 498 or 502 => Redaction.Name,
        757 or 760 or 782 or 785 or 949 or 953 or 1019 or 1053 or 1059 or 1063 or 1117 or 1121 => Redaction.Name,
        1293 or 1297 or 1412 or 1415 or 1462 => Redaction.Name,
        58 or 147 or 148 or 161 or 213 or 355 or 357 or 359 or 361 or 444 or 446 => Redaction.Text,
        474 or 476 or 482 or 486 or 496 or 509 or 511 => Redaction.Text, // mailing, payment, birth and registration
        868 or 927 or 929 or 1291 or 1328 or 2112 => Redaction.Text,
        // Signature, SecureData, RawData, the card's expiry and issue, passwords.
        89 or 91 or 96 or 490 or 491 or 503 or 554 or 925 or 1402 or 1404 => Redaction.Secret,
        _ => Redaction.None,
    };
}
