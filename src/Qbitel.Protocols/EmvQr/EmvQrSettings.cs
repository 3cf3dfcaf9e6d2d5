using System.Globalization;

namespace Qbitel.Protocols.EmvQr;

/// <summary>
/// Makes codes of settings: merchants' by numbers, <c>26/00</c>, <c>54</c>, <c>62/05</c>; consumers' by tags with
/// hexadecimal values, <c>61/4F</c>, <c>61[2]/4F</c>.
/// </summary>
internal static class EmvQrSettings
{
    public const string Merchant = "merchant";
    public const string Consumer = "consumer";

    private static readonly string[] ConsumerPaths =
        ["61/4F", "61/50", "61/57", "61/5A", "61/63/9F26", "61/63/9F27", "61/63/9F10", "61/63/9F36", "61/63/9F37",
            "62/5F20", "62/5F2D", "62/5F50", "62/64/9F26", "62/64/9F10"];

    public static IReadOnlyList<MessageSlot> Slots(string type) => type switch
    {
        Merchant =>
            [.. EmvQrTable.All.Where(rule => !rule.Form.IsTemplate && rule.First != 63 && !(rule.Holder.Length == 0
            && rule.First == 0)).Select(rule => new MessageSlot(PathOf(rule), rule.Name, rule.Form.Words,
                rule.IsRequired && rule.Holder.Length == 0))],
        Consumer => [.. ConsumerPaths.Select(path => new MessageSlot(path,
            EmvQrTable.Tag(path[(path.LastIndexOf('/') + 1)..])!.Value.Name, "hexadecimal digits", path == "61/4F"))],
        _ => [],
    };

    public static byte[]? Build(string type, IReadOnlyList<MessageSetting> settings, List<Diagnostic> wrong)
    {
        if (type is not (Merchant or Consumer))
        {
            wrong.Add(Wrong("Build.Type", "there is no such code", "type", $"{Merchant} or {Consumer}"));
            return null;
        }

        EmvQrDraft draft = new();
        bool isMerchant = type == Merchant;
        draft.Add(isMerchant ? "00" : "85", isMerchant ? "01" : "4350563031");
        foreach (MessageSetting setting in settings)
        {
            string path = setting.Path.TrimStart('/');
            EmvQrForm? form = isMerchant ? EmvQrTable.Find(path) is { Form.IsTemplate: false } rule ? rule.Form : null
                : IsTagPath(path) ? new EmvQrForm("hex", 0, 0, []) : null;
            if (form is null || path is "00" or "63" or "85")
            {
                wrong.Add(Wrong("Build.Path", "this is no value of such a code", setting.Path, isMerchant
                    ? "52, 26/00, 62/05; format and checksum are filled in"
                        : "61/4F, 62/5F20; the format is filled in"));
            }
            else if (isMerchant ? !form.Fits(setting.Value) && setting.Value != "***" : !IsHex(setting.Value))
            {
                wrong.Add(Wrong("Build.Value", "the value has not the form of its object", setting.Path,
                    isMerchant ? form.Words : "hexadecimal digits, two a byte"));
            }
            else if (!draft.Add(path, setting.Value))
            {
                wrong.Add(Wrong("Build.Path", "the path leads through another value", setting.Path,
                    "a path of its own"));
            }
        }

        if (wrong.Count > 0) return null;
        if (isMerchant) draft.Sort();
        byte[]? bytes = draft.ToBytes(isMerchant ? EmvQrMode.MerchantPresented : EmvQrMode.ConsumerPresented);
        if (bytes is null)
            wrong.Add(Wrong("Build.Value", "a template is too long", "", "at most 99 characters in each template"));
        return bytes;
    }

    private static string PathOf(EmvQrRule rule)
    {
        string number = rule.First.ToString("D2", CultureInfo.InvariantCulture);
        if (rule.Holder.Length == 0) return number;
        return string.Join('/', rule.Holder.Split('/').Select(each => each.Split('-')[0]).Append(number));
    }

    private static bool IsTagPath(string path) => path.Split('/') is { Length: > 0 and < 8 } steps && steps.All(step =>
    {
        string tag = step.Split('[')[0];
        return tag.Length is 2 or 4 or 6 && tag.All(char.IsAsciiHexDigitUpper) && tag[..2] != "00";
    });

    private static bool IsHex(string value) =>
        value.Length is > 0 and <= 2000 && value.Length % 2 == 0 && value.All(char.IsAsciiHexDigit);

    private static Diagnostic Wrong(string code, string message, string path, string expected) =>
        new(code, Severity.Error, message) { Path = path, Expected = expected };
}
