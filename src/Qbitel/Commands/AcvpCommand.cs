using System.CommandLine;
using System.Text;
using Qbitel.Cryptography.Acvp;

namespace Qbitel.Commands;

internal static class AcvpCommand
{
    public static Verb Create(GlobalOptions global)
    {
        Argument<string?> file = new("FILE")
        {
            Description = "A prompt vector set; standard input without it",
            Arity = ArgumentArity.ZeroOrOne,
        };

        Verb verb = new("acvp",
            "Answer a vector set of NIST's Automated Cryptographic Validation Protocol with the response JSON.",
            new("qbitel acvp prompt.json > response.json",
                "ML-KEM, ML-DSA and more; malformed cases are answered testPassed: false"),
            new("qbitel acvp < prompt.json", "the same from standard input"))
        {
            file,
        };
        return verb.Does(global, async (line, output, cancellation) =>
        {
            string prompt = Encoding.UTF8.GetString(await Input.ReadAsync(line.GetValue(file), cancellation));
            try
            {
                output.Text(AcvpResponder.Respond(prompt));
                return ExitCode.Done;
            }
            catch (AcvpException wrong)
            {
                throw new RefusedException(wrong.Message, "Give it one prompt vector set, as the ACVP server sends it.",
                    wrong);
            }
        });
    }
}
