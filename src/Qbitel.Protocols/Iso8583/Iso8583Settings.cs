using System.Globalization;

namespace Qbitel.Protocols.Iso8583;

/// <summary>
/// Makes ISO 8583 messages of settings named by field number; <c>header</c> (none, two-byte, four-digit) and
/// <c>bitmap</c> (hex, binary) say how they are written.
/// </summary>
internal static class Iso8583Settings
{
    public static IReadOnlyList<MessageSlot> Slots(string type)
    {
        if (!Mti.TryParse(type, out Mti mti)) return [];
        Iso8583Profile profile = Iso8583Profile.Ascii1987;
        List<MessageSlot> slots =
        [
            new("header", null, "none, two-byte or four-digit", false), new("bitmap", null, "hex or binary", false),
        ];
        for (int number = 2; number <= 128; number++)
        {
            if (profile.Field(number) is not { } rule) continue;
            string length = rule.LengthDigits == 0 ? $"{rule.Length}" : $"up to {rule.Length}";
            slots.Add(new MessageSlot(number.ToString(CultureInfo.InvariantCulture), rule.Name,
                $"{rule.Type}, {length}", profile.Mandatory(mti).Contains(number)));
        }

        return slots;
    }

    public static byte[]? Build(string type, IReadOnlyList<MessageSetting> settings, List<Diagnostic> wrong)
    {
        Iso8583Header header = default;
        Iso8583Bitmap bitmap = default;
        foreach (MessageSetting setting in settings)
        {
            bool fits = setting.Path switch
            {
                "header" => Choose(setting.Value, [("none", Iso8583Header.None),
                    ("two-byte", Iso8583Header.TwoByteLength), ("four-digit", Iso8583Header.FourDigitLength)],
                        ref header),
                "bitmap" => Choose(setting.Value, [("hex", Iso8583Bitmap.Hex), ("binary", Iso8583Bitmap.Binary)],
                    ref bitmap),
                _ => true,
            };
            if (!fits)
            {
                wrong.Add(Wrong("Build.Value", "there is no such choice", setting.Path,
                    setting.Path == "header" ? "none, two-byte or four-digit" : "hex or binary"));
            }
        }

        if (!Mti.TryParse(type, out Mti mti))
        {
            wrong.Add(Wrong("Build.Type", "this is no message type", "type", "four digits, as in 0200"));
            return null;
        }

        Iso8583Builder builder = new(mti, Iso8583Profile.Ascii1987, new Iso8583Encoding(header, bitmap));
        foreach (MessageSetting setting in settings)
        {
            if (setting.Path is "header" or "bitmap") continue;
            if (!int.TryParse(setting.Path, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                wrong.Add(Wrong("Build.Path", "this is no field", setting.Path, "a number from 2 to 128"));
                continue;
            }

            try
            {
                builder.Set(number, setting.Value);
            }
            catch (MessageFormatException error)
            {
                wrong.Add(error.Error.Diagnostic with { Path = setting.Path });
            }
        }

        try
        {
            return wrong.Count > 0 ? null : builder.Build(allowInvalid: true).ToBytes();
        }
        catch (MessageFormatException error)
        {
            wrong.Add(error.Error.Diagnostic);
            return null;
        }
    }

    private static bool Choose<T>(string value, ReadOnlySpan<(string Name, T Value)> choices, ref T chosen)
    {
        foreach ((string name, T choice) in choices)
        {
            if (name != value) continue;
            chosen = choice;
            return true;
        }

        return false;
    }

    private static Diagnostic Wrong(string code, string message, string path, string expected) =>
        new(code, Severity.Error, message) { Path = path, Expected = expected };
}
