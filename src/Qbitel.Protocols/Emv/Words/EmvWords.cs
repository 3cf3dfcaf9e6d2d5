using System.Globalization;
using System.Text;

namespace Qbitel.Protocols.Emv.Words;

/// <summary>Says in words what the value of a tag means; never more of it than may be shown.</summary>
public static class EmvWords
{
    /// <param name="tag">Whose value it is.</param>
    /// <param name="value">The bytes.</param>
    /// <param name="scheme">Whose application it is, for tags that kernels use differently.</param>
    public static IReadOnlyList<EmvWord> Of(uint tag, ReadOnlySpan<byte> value, EmvScheme scheme = EmvScheme.Unknown) =>
        Of(tag, value, new EmvContext(scheme, null));

    internal static List<EmvWord> Of(uint tag, ReadOnlySpan<byte> value, EmvContext context)
    {
        List<EmvWord> words = [];
        EmvTagRule? rule = EmvTagTable.Find(tag, context.Scheme);
        // A value of another length than its tag's is not what the table of the tag describes.
        if (value.IsEmpty || (rule is not null && !rule.AllowsLength(value.Length))) return words;

        string name = EmvTag.Show(tag);
        string? table = tag switch
        {
            0x9F0D or 0x9F0E or 0x9F0F or 0xDF8120 or 0xDF8121 or 0xDF8122 => "95",
            0xDF8119 => "DF8118",
            0x9F6E => context.Scheme switch
            {
                EmvScheme.Visa => "9F6E.3",
                EmvScheme.AmericanExpress => "9F6E.4",
                _
                => null
            },
            0x9F66 when value.Length != 4 => null,
            0x9F6C when context.Scheme == EmvScheme.Mastercard => null,
            _ => BitTable.Has(name) ? name : null,
        };
        if (table is not null) BitTable.Read(table, value, words);
        else if (rule?.Format == EmvFormat.DataObjectList) List(value, context.Scheme, words);
        else Values(tag, value, context, words);
        return words;
    }

    private static void Values(uint tag, ReadOnlySpan<byte> value, EmvContext context, List<EmvWord> words)
    {
        int first = value[0];
        switch (tag)
        {
            case 0x57 or 0x9F6B when EmvValue.IsTrack2(tag, value)
                && Track2Equivalent.TryParse(value, out Track2Equivalent track):
                string? service = Track2Equivalent.ServiceCodeInWords(track.ServiceCode);
                if (service is not null) Say($"service code: {service}");
                break;
            case 0x5F30:
                Say(Track2Equivalent.ServiceCodeInWords(Convert.ToHexString(value).AsSpan()[^3..]));
                break;
            case 0x4F or 0x84 or 0x9F06:
                Say(Application(value));
                break;
            case 0x8E or 0x9F68 when CvmRule.TryReadList(value, out uint x, out uint y,
                out IReadOnlyList<CvmRule> rules):
                if (x > 0) words.Add(new EmvWord(1, 0, string.Create(CultureInfo.InvariantCulture, $"amount X: {x}")));
                if (y > 0) words.Add(new EmvWord(5, 0, string.Create(CultureInfo.InvariantCulture, $"amount Y: {y}")));
                for (int i = 0; i < rules.Count; i++) words.Add(new EmvWord(9 + (2 * i), 0, rules[i].ToString()));
                break;
            case 0x9F34:
                CvmRule rule = new(value[0], value[1]);
                words.Add(new EmvWord(1, 0, rule.MethodInWords));
                words.Add(new EmvWord(2, 0, rule.ConditionInWords));
                words.Add(new EmvWord(3, 0, value[2] switch
                {
                    0 => "it is not known whether it succeeded",
                    1 => "it failed",
                    2 => "it succeeded",
                    _ => "reserved",
                }));
                break;
            case 0x94:
                if (!FileLocation.TryReadList(value, out IReadOnlyList<FileLocation> files)) Say("no list of records");
                else for (int i = 0; i < files.Count; i++) words.Add(new EmvWord(1 + (4 * i), 0, files[i].ToString()));
                break;
            case 0x9F27:
                CryptogramInformation(first, words);
                break;
            case 0x9F10:
                IssuerData.Read(value, context.Scheme, words);
                break;
            case 0x91:
                AuthenticationData(value, words);
                break;
            case 0x9F5B when value.Length % 5 == 0:
                for (int at = 0; at < value.Length; at += 5)
                    words.Add(new EmvWord(at + 1, 0, ScriptResult(value.Slice(at, 5))));
                break;
            case 0x9F4A:
                Say(string.Join(", ", Tags(value).Select(each => $"{EmvTag.Show(each)} {EmvTagTable.NameOf(each)}")));
                break;
            case 0x87:
                Say((first & 0xF) == 0 ? "no priority" : $"priority {first & 0xF}");
                if ((first & 0x80) != 0) words.Add(new EmvWord(1, 8, "the cardholder must confirm it"));
                break;
            case 0x9F4D:
                Say($"file {value[0]}, {value[1]} records");
                break;
            case 0xDF8129:
                Say(EmvCodes.Outcome(first));
                break;
            default:
                Say(EmvCodes.Of(tag, value, context));
                break;
        }

        void Say(string? text)
        {
            if (text is not null) words.Add(new EmvWord(0, 0, text));
        }
    }

    /// <summary>Whose an application identifier is, or that it names a directory.</summary>
    internal static string? Application(ReadOnlySpan<byte> value)
    {
        if (value.SequenceEqual("1PAY.SYS.DDF01"u8)) return "directory of payment applications, with contacts";
        if (value.SequenceEqual("2PAY.SYS.DDF01"u8)) return "directory of payment applications, without contacts";
        EmvScheme scheme = EmvTagTable.SchemeOf(value);
        return scheme == EmvScheme.Unknown ? null : scheme.ToString();
    }

    private static void List(ReadOnlySpan<byte> value, EmvScheme scheme, List<EmvWord> words)
    {
        if (!DataObjectList.TryParse(value, out DataObjectList list, out _))
        {
            words.Add(new EmvWord(0, 0, "no list of tags and lengths"));
            return;
        }

        int at = 1;
        foreach (DataObjectEntry entry in list.Entries)
        {
            string name = EmvTagTable.NameOf(entry.Tag, scheme) ?? "unknown";
            words.Add(new EmvWord(at, 0, string.Create(CultureInfo.InvariantCulture,
                $"{EmvTag.Show(entry.Tag)} {name}: {entry.Length} {(entry.Length == 1 ? "byte" : "bytes")}")));
            at += BerTlv.TagSize(entry.Tag) + 1;
        }
    }

    private static List<uint> Tags(ReadOnlySpan<byte> value)
    {
        List<uint> tags = [];
        for (int at = 0; at < value.Length;)
        {
            uint tag = value[at++];
            for (int i = 0; i < 2 && at < value.Length && (i == 0 ? (tag & 0x1F) == 0x1F : (tag & 0x80) != 0); i++)
                tag = (tag << 8) | value[at++];
            tags.Add(tag);
        }

        return tags;
    }

    // EMV Book 3, 6.5.5.4 and table 15.
    private static void CryptogramInformation(int value, List<EmvWord> words)
    {
        words.Add(new EmvWord(1, 0, (value & 0xC0) switch
        {
            0x00 => "declined offline (AAC)",
            0x40 => "approved offline (TC)",
            0x80 => "go online (ARQC)",
            _ => "reserved",
        }));
        if ((value & 0x30) != 0) words.Add(new EmvWord(1, 0, "a cryptogram of the network's own"));
        if ((value & 0x08) != 0) words.Add(new EmvWord(1, 4, "an advice is required"));
        string? reason = (value & 0x07) switch
        {
            0 => null,
            1 => "the service is not allowed",
            2 => "too many wrong PINs",
            3 => "the issuer could not be authenticated",
            _ => "a reason of the network's own",
        };
        if (reason is not null) words.Add(new EmvWord(1, 0, reason));
    }

    // EMV Book 2, 8.2: the response's cryptogram and code, or a shorter one with the card status update.
    private static void AuthenticationData(ReadOnlySpan<byte> value, List<EmvWord> words)
    {
        if (value.Length == 10)
        {
            words.Add(new EmvWord(1, 0, "response cryptogram (ARPC), method 1"));
            words.Add(new EmvWord(9, 0, $"response code {Redaction.None.Mask(Encoding.Latin1.GetString(value[8..]))}"));
        }
        else if (value.Length is 8 or > 10)
        {
            words.Add(new EmvWord(1, 0, value.Length == 8 ? "response cryptogram (ARPC), of 4 bytes where method 2"
                : "response cryptogram (ARPC), method 2"));
            words.Add(new EmvWord(5, 0, "card status update, where method 2:"));
            BitTable.Read("CSU", value.Slice(4, 4), words, from: 4);
        }
    }

    // EMV Book 4, A5.
    private static string ScriptResult(ReadOnlySpan<byte> value)
    {
        string result = (value[0] >> 4) switch
        {
            0 => "not run",
            1 => "failed",
            2 => "done",
            _ => "reserved",
        };
        int command = value[0] & 0xF;
        string at = command == 0 ? "" : command == 0xF ? ", at command 15 or later"
            : string.Create(CultureInfo.InvariantCulture, $", at command {command}");
        return $"script {Convert.ToHexString(value[1..])}: {result}{at}";
    }
}
