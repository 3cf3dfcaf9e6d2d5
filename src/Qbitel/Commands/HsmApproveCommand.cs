using System.CommandLine;
using System.Globalization;
using Qbitel.Cryptography.Encodings;
using Qbitel.Cryptography.Keys;
using Qbitel.Governance.Policies;
using Qbitel.Hsm;
using Qbitel.Hsm.Approvals;
using Qbitel.KeyFiles;
using Qbitel.Machine;
using Qbitel.Printing;
using Spectre.Console;

namespace Qbitel.Commands;

internal static class HsmApproveCommand
{
    public static Command Create(GlobalOptions global) =>
        new("approve", "Ask for what takes several people, read what is asked, and sign it.")
        {
            Request(global), Show(global), Sign(global),
        };

    private static Verb Request(GlobalOptions global)
    {
        Argument<string?> name = HsmCommand.Named(isRequired: true);
        Argument<string> key = HsmDestroyCommand.Key();
        Option<string?> file = HsmCommand.Configuration();
        return new Verb("request", "Ask others to approve that a key is destroyed. The account that asks does not approve.",
            new Example("qbitel hsm approve request vault 593e1f5ee1e189d3135a85b9373c54ee", "gives the id that others sign"))
        {
            name, key, file,
        }
        .Does(global, async (line, output, cancellation) =>
        {
            HsmConfiguration configuration = HsmCommand.Read(global, line, file);
            string hsmName = line.GetValue(name)!;
            ControlledOperation operation;
            await using (HsmProvider hsm = await HsmApprovals.OpenAsync(configuration, hsmName, cancellation))
            {
                (operation, _) = await HsmApprovals.DestructionAsync(
                    hsmName, hsm, HsmDestroyCommand.Parse(line.GetRequiredValue(key)), cancellation);
            }

            await using HsmApprovals approvals = await OpenAsync(global, line, configuration, cancellation);
            if (approvals.Control.Policy.Needed(operation.Operation) == 0)
            {
                throw new RefusedException($"{operation.Operation} is not under dual control here.",
                    $"'qbitel hsm destroy' does it; the part dualControl of {configuration.File} says which operations are.");
            }

            ApprovalRequest request = await approvals.Control.RequestAsync(operation, HsmApprovals.Person, cancellation);
            Write(output, approvals.Row(new ApprovalState(request, [], null, null)));
            return ExitCode.Done;
        });
    }

    private static Verb Show(GlobalOptions global)
    {
        Argument<Guid?> id = new("ID")
        {
            Description = "Only this request",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<string?> file = HsmCommand.Configuration();
        return new Verb("show", "What was asked, by whom, until when, and who has approved it.",
            new("qbitel hsm approve show", "all requests"),
            new("qbitel hsm approve show 01998f00-0000-7000-8000-000000000001 --json", "one, for a program"))
        {
            id, file,
        }
        .Does(global, async (line, output, cancellation) =>
        {
            await using HsmApprovals approvals = await OpenAsync(
                global, line, HsmCommand.Read(global, line, file), cancellation);
            if (line.GetValue(id) is { } one)
            {
                Write(output, approvals.Row(await FindAsync(approvals, one, cancellation)));
                return ExitCode.Done;
            }

            HsmRequests all = new([.. (await approvals.Control.ListAsync(cancellation)).Select(approvals.Row)]);
            output.Document(all, HsmJson.Default.HsmRequests, console =>
            {
                if (all.Requests.Count == 0) console.Line("Nothing was asked for.");
                foreach (HsmRequest request in all.Requests) Print(request, console);
            });
            return ExitCode.Done;
        });
    }

    private static Verb Sign(GlobalOptions global)
    {
        Argument<Guid> id = new("ID") { Description = "The request" };
        Option<string> key = new("--key")
        {
            Description = "Your private key; its public key stands in hsm.json beside your name",
            HelpName = "FILE",
            Required = true,
        };
        Option<string?> file = HsmCommand.Configuration();
        PassphraseOptions passphrase = new(isNew: false);
        Verb verb = new("sign", "Approve a request: sign the hash of all that 'show' shows.",
            new Example("qbitel hsm approve sign 01998f00-0000-7000-8000-000000000001 --key ada.key", "one of the approvals it takes"))
        {
            id, key, file,
        };
        foreach (Option option in passphrase.All) verb.Add(option);
        return verb.Does(global, async (line, output, cancellation) =>
        {
            HsmConfiguration configuration = HsmCommand.Read(global, line, file);
            await using HsmApprovals approvals = await OpenAsync(global, line, configuration, cancellation);
            ApprovalState state = await FindAsync(approvals, line.GetValue(id), cancellation);
            string path = line.GetRequiredValue(key);
            using StoredKey stored = KeyReader.Read(path, passphrase.Of(line, path));
            if (stored.Signature is not { HasPrivateKey: true } signature
                || approvals.Control.Policy.FindByKey(signature.ExportPublicKey()) is not { } approver)
            {
                throw new RefusedException($"{path} is no private key of anybody who may approve.",
                    $"The part dualControl of {configuration.File} names the approvers and their public keys.");
            }

            SignedApproval approval = await SignedApproval.SignAsync(
                state.Request, approver.Name, new LocalSigner(signature), TimeProvider.System, cancellation);
            Decision decision = await approvals.Control.AddAsync(state.Request.Id, approval, cancellation);
            if (!decision.IsAllowed)
            {
                throw new RefusedException($"Refused by the rule '{decision.Clause}': {decision.Reason}",
                    "'qbitel hsm approve show' shows the request.");
            }

            Write(output, approvals.Row(await FindAsync(approvals, state.Request.Id, cancellation)));
            return ExitCode.Done;
        });
    }

    private static Task<HsmApprovals> OpenAsync(
        GlobalOptions global, ParseResult line, HsmConfiguration configuration, CancellationToken cancellation) =>
        HsmApprovals.OpenAsync(configuration, global.Folder(line), TimeProvider.System, cancellation);

    private static async Task<ApprovalState> FindAsync(HsmApprovals approvals, Guid id, CancellationToken cancellation) =>
        await approvals.Control.FindAsync(id, cancellation)
            ?? throw new RefusedException($"There is no request {id}.", "'qbitel hsm approve show' lists them.");

    internal static void Write(Output output, HsmRequest request) =>
        output.Document(request, HsmJson.Default.HsmRequest, console => Print(request, console));

    private static void Print(HsmRequest request, IAnsiConsole console)
    {
        console.Line($"{request.Operation} in {request.Hsm}: {request.State}");
        console.Line($"  request:    {request.Id}");
        if (request.Key is not null) console.Line($"  key:        {request.Key}");
        foreach ((string name, string value) in request.Parameters) console.Line($"  {name + ":",-11} {value}");
        console.Line($"  asked by:   {request.Requester}, open until {Utc(request.ExpiresAt)}");
        console.Line($"  hash:       {request.Hash}");
        console.Line($"  approvals:  {request.Approvals.Count} of {request.Needed}");
        foreach (HsmApproval approval in request.Approvals) console.Line($"    {approval.Approver}, {Utc(approval.At)}");
    }

    private static string Utc(DateTimeOffset time) =>
        time.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}
