using System.CommandLine;
using Qbitel.Hsm;
using Qbitel.Hsm.Approvals;
using Qbitel.Machine;
using Qbitel.Printing;

namespace Qbitel.Commands;

internal static class HsmDestroyCommand
{
    private const int LeastDigits = 8;

    public static Verb Create(GlobalOptions global)
    {
        Argument<string?> name = HsmCommand.Named(isRequired: true);
        Argument<string> key = Key();
        Option<string> checkValue = new("--check-value")
        {
            Description = "The check value of the key, as the list shows it, or its first 8 digits and more: what you mean",
            HelpName = "HEX",
            Required = true,
        };
        Option<Guid?> approval = new("--approval")
        {
            Description = "The request with the approvals, where hsm.json puts key.destroy under dual control",
            HelpName = "ID",
        };
        Option<string?> file = HsmCommand.Configuration();
        return new Verb("destroy",
            "Destroy a key in an HSM, for good. Under dual control it takes approvals, which are used up by it.",
            new("qbitel hsm destroy dev 593e1f5ee1e189d3135a85b9373c54ee --check-value 0a1b2c3d", "one person's key"),
            new("qbitel hsm destroy vault 593e1f5ee1e189d3135a85b9373c54ee --check-value 0a1b2c3d "
                + "--approval 01998f00-0000-7000-8000-000000000001", "approved by others"))
        {
            name, key, checkValue, approval, file,
        }
        .Does(global, async (line, output, cancellation) =>
        {
            string hsmName = line.GetValue(name)!;
            TokenKeyId id = Parse(line.GetRequiredValue(key));
            HsmConfiguration configuration = HsmCommand.Read(global, line, file);
            await using HsmProvider hsm = await HsmApprovals.OpenAsync(configuration, hsmName, cancellation);
            (ControlledOperation operation, HsmKey found) =
                await HsmApprovals.DestructionAsync(hsmName, hsm, id, cancellation);
            string has = Convert.ToHexStringLower(found.CheckValue.Span), meant = line.GetRequiredValue(checkValue);
            if (meant.Length < LeastDigits || !has.StartsWith(meant, StringComparison.OrdinalIgnoreCase))
            {
                throw new RefusedException($"The key {id} in {hsmName} has another check value than '{meant}'.",
                    $"'qbitel hsm list {hsmName}' shows the first {2 * LeastDigits} digits of it.");
            }

            await using HsmApprovals approvals = await HsmApprovals.OpenAsync(
                configuration, global.Folder(line), TimeProvider.System, cancellation);
            Controlled<bool> done = await approvals.Control.RunAsync(
                operation, line.GetValue(approval), HsmApprovals.Person,
                cancel => hsm.DestroyAsync(id, cancel), cancellation);
            if (!done.Decision.IsAllowed)
            {
                throw new RefusedException($"Refused by the rule '{done.Decision.Clause}': {done.Decision.Reason}",
                    $"'qbitel hsm approve request {hsmName} {id}' asks others.");
            }

            HsmDestroyed gone = new(hsmName, id.ToString(), found.Algorithm.Name, has, done.Value, done.Decision.Clause);
            output.Document(gone, HsmJson.Default.HsmDestroyed, console =>
                console.Line($"{gone.Algorithm} key {gone.Id} in {gone.Hsm} is destroyed ({gone.Rule})"));
            return ExitCode.Done;
        });
    }

    internal static Argument<string> Key() => new("KEY")
    {
        Description = "The key object, 32 hexadecimal digits, as the list shows it",
    };

    internal static TokenKeyId Parse(string text) => TokenKeyId.TryParse(text, out TokenKeyId id) ? id
        : throw new MisusedException($"'{text}' names no key: expected 32 lower-case hexadecimal digits.");
}
