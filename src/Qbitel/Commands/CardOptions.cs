using System.CommandLine;
using Qbitel.Cards;
using Qbitel.Cryptography.Cards;
using Qbitel.Protocols;
using Qbitel.Protocols.Emv;

namespace Qbitel.Commands;

/// <summary>Options that the card commands share.</summary>
internal static class CardOptions
{
    public static Option<bool> Unsafe() => new("--unsafe-test-keys")
    {
        Description =
            "For test values only: keys, PINs and card numbers may stand on the command line, and values are shown",
    };

    public static Option<string> Source(string name, string what) => new(name)
    {
        Description = $"{what}: {CardSource.Help}",
        HelpName = "SOURCE",
        Required = true,
    };

    public static Option<string?> OptionalSource(string name, string what) => new(name)
    {
        Description = $"{what}: {CardSource.Help}",
        HelpName = "SOURCE",
    };

    /// <exception cref="MisusedException">It is not hexadecimal digits in pairs.</exception>
    public static byte[] Hex(string text, string what)
    {
        try
        {
            return Convert.FromHexString(text);
        }
        catch (FormatException wrong)
        {
            throw new MisusedException($"The {what} is not hexadecimal digits in pairs.", wrong);
        }
    }

    /// <summary>What a card asks the terminal for.</summary>
    /// <exception cref="MisusedException">It is no list of tags and lengths.</exception>
    public static DataObjectList DataObjects(string hex) =>
        DataObjectList.TryParse(Hex(hex, "CDOL1"), out DataObjectList list, out ParseError error) ? list
            : throw new MisusedException($"The CDOL1 cannot be read: {error}");

    /// <summary>By the code of key blocks, or by name.</summary>
    /// <exception cref="MisusedException">There is no such use.</exception>
    public static CardKeyUse Use(string text) =>
        CardKeyUses.TryParse(text.ToUpperInvariant(), out CardKeyUse use)
            || Enum.TryParse(text.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out use)
            ? use
            : throw new MisusedException($"'{text}' is no use of a card key. Known: "
                + string.Join(", ", Enum.GetValues<CardKeyUse>().Select(known => $"{known.Code} ({known})")) + ".");

    public static PinBlockFormat Format(int number) => number is 0 or 3 or 4 ? (PinBlockFormat)number
        : throw new MisusedException(
            $"PIN blocks of format {number} are not translated: 0, 3 and 4 are bound to a card.");
}
