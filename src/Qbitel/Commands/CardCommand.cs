using System.CommandLine;
using System.Text;
using Qbitel.Cryptography.Cards.Vectors;
using Qbitel.Protocols.Identifiers;

namespace Qbitel.Commands;

internal static class CardCommand
{
    public static Command Create(GlobalOptions global)
    {
        Command command = new("card", "Card and payment cryptography, with keys in the token or from elsewhere.");
        IEnumerable<Command> all =
        [
            CardHostCommand.Create(global), .. CardEmvCommands.All(global), .. CardValueCommands.All(global),
            CardKeyBlockCommand.Create(global), .. CardKeyCommands.All(global), Evaluate(global),
        ];
        foreach (Command verb in all) command.Add(verb);
        return command;
    }

    private static Verb Evaluate(GlobalOptions global)
    {
        Argument<string?> file = new("FILE")
        {
            Description = "A JSON array of operations; standard input without it",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Verb verb = new("eval",
            "Answer test vectors of card cryptography: DUKPT, EMV, PIN blocks, card values, key blocks. "
                + "For test keys only.",
            new("qbitel card eval items.json > results.json",
                "one result for each operation, in order; what is wrong with one stands in its place"),
            new("qbitel card eval < items.json", "the same from standard input"))
        {
            file,
        };
        return verb.Does(global, async (line, output, cancellation) =>
        {
            string items = Encoding.UTF8.GetString(await Input.ReadAsync(line.GetValue(file), cancellation));
            output.Note("Keys and PINs stand in the clear in the input and in the answer: give it test keys only.");
            try
            {
                output.Text(CardResponder.Respond(items, IsIdentifier));
                return ExitCode.Done;
            }
            catch (FormatException wrong)
            {
                throw new MisusedException(
                    $"{wrong.Message} Give it one JSON array of operations, each an object with an \"op\".", wrong);
            }
        });
    }

    private static bool? IsIdentifier(string kind, string value) => kind switch
    {
        "aba" => AbaRoutingNumber.TryParse(value, out _),
        "bic" => Bic.TryParse(value, out _),
        "iban" => Iban.TryParse(value, out _),
        "lei" => Lei.TryParse(value, out _),
        "luhn" => Pan.TryParse(value, out _),
        "uetr" => Uetr.TryParse(value, out _),
        _ => null,
    };
}
