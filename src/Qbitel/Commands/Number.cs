using System.CommandLine.Parsing;
using System.Globalization;

namespace Qbitel.Commands;

/// <summary>Numbers on the command line: plain digits within their limits, or misuse.</summary>
internal static class Number
{
    public static int Between(ArgumentResult result, int least, int most)
    {
        if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number >= least && number <= most)
        {
            return number;
        }

        result.AddError($"'{result.Tokens[0].Value}' is not a number from {least} to {most}.");
        return least;
    }
}
