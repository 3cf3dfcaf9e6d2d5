using System.Globalization;
using System.Text;
using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Swift.Fields;
using Qbitel.Protocols.Swift.Rules;

namespace Qbitel.Protocols.Swift;

/// <summary>
/// Makes FIN messages of settings, as the sender hands them to the network: <c>sender</c>, <c>receiver</c>, fields of
/// block 3 as <c>3/121</c>, and fields of the text by their tags, in the order they are set.
/// </summary>
internal static class SwiftSettings
{
    public static IReadOnlyList<MessageSlot> Slots(string type)
    {
        if (!int.TryParse(type, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            || MtRuleSet.Of(number) is not { } rules)
        {
            return [];
        }

        List<MessageSlot> slots =
        [
            new("sender", "Sender", "a BIC, or a logical terminal of 12 characters", true),
            new("receiver", "Receiver", "a BIC, or a logical terminal of 12 characters", true),
            new("3/121", "UETR", "a UUID of version 4", false),
        ];
        Add(rules.Root, isRequired: true);
        return slots;

        void Add(MtSequence sequence, bool isRequired)
        {
            foreach (MtItem item in sequence.Items)
            {
                bool needed = isRequired && item.IsMandatory;
                if (item.Sequence is { } inner) Add(inner, needed);
                MtField[] options = [.. item.Options.OfType<MtField>()];
                foreach (MtField option in options)
                {
                    slots.Add(new MessageSlot(option.Tag, option.Name, options.Length == 1 ? option.Format.Notation
                        : $"{option.Format.Notation}, or another option of {item.Label}", needed
                            && option == options[0]));
                }
            }
        }
    }

    public static byte[]? Build(string type, IReadOnlyList<MessageSetting> settings, List<Diagnostic> wrong)
    {
        if (type.StartsWith("MT", StringComparison.Ordinal)) type = type[2..];
        if (type.Length != 3 || !Ascii.IsDigits(type))
        {
            wrong.Add(Wrong("Build.Type", "this is no type of message", "type", "three digits, as in 103"));
            return null;
        }

        string sender = Terminal(settings, "sender", wrong), receiver = Terminal(settings, "receiver", wrong);
        StringBuilder head = new(), text = new();
        foreach (MessageSetting setting in settings)
        {
            if (setting.Path is "sender" or "receiver") continue;
            bool isHeader = setting.Path.StartsWith("3/", StringComparison.Ordinal);
            string tag = isHeader ? setting.Path[2..]
                : setting.Path.StartsWith("4/", StringComparison.Ordinal) ? setting.Path[2..] : setting.Path;
            if (tag.IndexOf('[', StringComparison.Ordinal) is > 0 and var bracket) tag = tag[..bracket];
            string value = setting.Value.Replace("\r\n", "\n", StringComparison.Ordinal);
            if (!IsTag(tag, isHeader))
            {
                wrong.Add(Wrong("Build.Path", "this is no field", setting.Path, "sender, receiver, 3/121, 20, 32A"));
            }
            else if (value.Length == 0 || !SwiftValue.IsOneField(value) || value.AsSpan().ContainsAny('{', '}')
                || value.AsSpan().ContainsAnyExceptInRange('\n', '\u00FF'))
            {
                // It could end its field and begin another.
                wrong.Add(Wrong("Build.Value", "the value cannot stand in one field", setting.Path,
                    "text whose lines begin with neither a colon nor a hyphen"));
            }
            else if (isHeader)
            {
                head.Append('{').Append(tag).Append(':').Append(value).Append('}');
            }
            else
            {
                text.Append(':').Append(tag).Append(':').Append(value.Replace("\n", "\r\n", StringComparison.Ordinal))
                    .Append("\r\n");
            }
        }

        if (wrong.Count > 0) return null;
        return Encoding.Latin1.GetBytes($"{{1:F01{sender}0000000000}}{{2:I{type}{receiver}N}}"
            + (head.Length > 0 ? $"{{3:{head}}}" : "") + $"{{4:\r\n{text}-}}");
    }

    private static bool IsTag(string tag, bool isHeader) =>
        isHeader ? tag.Length == 3 && Ascii.IsDigits(tag)
        : tag.Length is 2 or 3 && Ascii.IsDigits(tag.AsSpan(0, 2))
            && (tag.Length == 2 || char.IsAsciiLetterUpper(tag[2]) || char.IsAsciiDigit(tag[2]));

    // Terminal A of the bank's branch, unless one is named.
    private static string Terminal(IReadOnlyList<MessageSetting> settings, string path, List<Diagnostic> wrong)
    {
        string value = settings.LastOrDefault(setting => setting.Path == path)?.Value ?? "";
        if (Bic.TryParse(value, out Bic bic)) return $"{bic.Party}A{bic.Branch}";
        if (value.Length == 12 && Bic.TryParse(value[..8] + value[9..], out _)) return value;
        wrong.Add(Wrong("Build.Value", "this is no address on the network", path,
            "a BIC, or a logical terminal of 12 characters"));
        return "";
    }

    private static Diagnostic Wrong(string code, string message, string path, string expected) =>
        new(code, Severity.Error, message) { Path = path, Expected = expected };
}
