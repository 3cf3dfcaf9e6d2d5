using System.Globalization;

namespace Qbitel.Protocols.Iso8583.Building;

/// <summary>
/// Makes ISO 8583 messages of settings named by field number; <c>header</c> and <c>bitmap</c> say how they are written
/// where the profile does not.
/// </summary>
internal static class Iso8583Settings
{
    /// <summary>The general profile of the version that a message type is of.</summary>
    public static Iso8583Profile ProfileOf(string type) => type.Length == 0 ? Iso8583Profile.Ascii1987 : type[0] switch
    {
        '1' => Iso8583Profile.Shipped("1993-ascii"),
        '2' => Iso8583Profile.Shipped("2003-ascii"),
        _ => Iso8583Profile.Ascii1987,
    };

    public static IReadOnlyList<MessageSlot> Slots(string type)
    {
        if (!Mti.TryParse(type, out Mti mti)) return [];
        Iso8583Profile profile = ProfileOf(type);
        List<MessageSlot> slots =
        [
            new("header", null, Names(Iso8583EncodingWords.Headers), false),
            new("bitmap", null, Names(Iso8583EncodingWords.Bitmaps), false),
        ];
        for (int number = 2; number <= Iso8583Profile.MostFields; number++)
        {
            if (profile.Field(number) is not { } rule) continue;
            string length = rule.LengthDigits == 0 ? $"{rule.Length}" : $"up to {rule.Length}";
            slots.Add(new MessageSlot(number.ToString(CultureInfo.InvariantCulture), rule.Name,
                $"{rule.Type}, {length}", profile.Mandatory(mti).Contains(number)));
        }

        return slots;
    }

    public static byte[]? Build(string type, IReadOnlyList<MessageSetting> settings, Iso8583Profile? stated,
        List<Diagnostic> wrong)
    {
        Iso8583Profile profile = stated ?? ProfileOf(type);
        Iso8583Header header = profile.Encoding.Header;
        Iso8583Bitmap bitmap = profile.Encoding.Bitmap;
        foreach (MessageSetting setting in settings)
        {
            bool fits = setting.Path switch
            {
                "header" => Choose(setting.Value, Iso8583EncodingWords.Headers, ref header),
                "bitmap" => Choose(setting.Value, Iso8583EncodingWords.Bitmaps, ref bitmap),
                _ => true,
            };
            if (!fits)
            {
                wrong.Add(Wrong("Build.Value", "there is no such choice", setting.Path, setting.Path == "header"
                    ? Names(Iso8583EncodingWords.Headers) : Names(Iso8583EncodingWords.Bitmaps)));
            }
        }

        if (!Mti.TryParse(type, out Mti mti))
        {
            wrong.Add(Wrong("Build.Type", "this is no message type", "type", "four digits, as in 0200"));
            return null;
        }

        Iso8583Builder builder = new(mti, profile,
            profile.Encoding with { Header = header, Bitmap = bitmap });
        foreach (MessageSetting setting in settings)
        {
            if (setting.Path is "header" or "bitmap") continue;
            if (!int.TryParse(setting.Path, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                wrong.Add(Wrong("Build.Path", "this is no field", setting.Path, "a number from 2 to 192"));
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

    private static string Names<T>((string Name, T Value)[] choices) =>
        string.Join(", ", choices.Select(choice => choice.Name));

    private static Diagnostic Wrong(string code, string message, string path, string expected) =>
        new(code, Severity.Error, message) { Path = path, Expected = expected };
}
