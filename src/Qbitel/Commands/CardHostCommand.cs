using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Qbitel.Automation;
using Qbitel.Automation.Engine;
using Qbitel.Cards;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Cards;
using Qbitel.Governance.Audit;
using Qbitel.Governance.Profiles;
using Qbitel.Hsm;
using Qbitel.Hsm.Cards.Issuing;
using Qbitel.Printing;
using Qbitel.Protocols.Emv;
using Qbitel.Store;
using Qbitel.Store.Audit;

namespace Qbitel.Commands;

/// <summary>An issuer's host on a port.</summary>
internal static class CardHostCommand
{
    private const string IndexName = "card-host-index";
    private const int PoolThreads = 16;

    public static Verb Create(GlobalOptions global)
    {
        Option<string> listen = new("--listen")
        {
            Description = "Address and port; port 0 takes a free one",
            HelpName = "ADDRESS:PORT",
            DefaultValueFactory = _ => "127.0.0.1:8583",
        };
        Option<string[]> issuer = new("--issuer")
        {
            Description = "First digits of card numbers and the name of their key in the token; once or more",
            HelpName = "DIGITS=NAME",
            Required = true,
            AllowMultipleArgumentsPerToken = false,
        };
        Option<string[]> cdol = new("--cdol")
        {
            Description = "Digits of an --issuer and the CDOL1 (8C) of its cards, in hexadecimal "
                + "[default: the data that the cryptogram version says]",
            HelpName = "DIGITS=HEX",
            AllowMultipleArgumentsPerToken = false,
        };
        Option<CardFraming> framing = new("--framing")
        {
            Description = "TwoBytes or FourDigits of length before every message",
            HelpName = "NAME",
            DefaultValueFactory = _ => CardFraming.TwoBytes,
        };
        Option<int> gap = new("--max-counter-gap")
        {
            Description = "How far a card's counter may jump",
            HelpName = "N",
            DefaultValueFactory = _ => ushort.MaxValue,
            CustomParser = result => Number.Between(result, 1, ushort.MaxValue),
        };
        Verb verb = new("host",
            "Answer card authorisations (ISO 8583 0100 with chip data) as the issuer does, until Ctrl-C. Every "
            + "decision is on disk before it is answered, and in the audit log right after.",
            new Example("qbitel card host --listen 127.0.0.1:8583 --issuer 476173=imk-visa",
                "cards of 476173…, with the key 'imk-visa' of the token"),
            new Example("qbitel card host --listen 127.0.0.1:0 --issuer 4=imk-visa --issuer 5=imk-mc --json",
                "takes a free port and says which"))
        {
            listen, issuer, cdol, framing, gap,
        };
        return verb.Does(global, async (line, output, cancellation) =>
        {
            if (!IPEndPoint.TryParse(line.GetRequiredValue(listen), out IPEndPoint? address)
                || !line.GetRequiredValue(listen).Contains(':', StringComparison.Ordinal))
            {
                throw new MisusedException(
                    $"'{line.GetValue(listen)}' is no address and port, such as 127.0.0.1:8583.");
            }

            CoreDumps.Forbid();
            // The database blocks the pool's threads that wait for it; requests must not wait for those.
            ThreadPool.SetMinThreads(PoolThreads, PoolThreads);
            DataFolder folder = global.Folder(line);
            folder.Open();
            await using AutomationPlatform platform = await AutomationPlatform.OpenAsync(
                folder.Path, BankingPqcProfile.ForSubdomain(BankingSubdomain.CardPayments), new AutomationConfig(),
                cancellationToken: cancellation);
            IssuerHostOptions options = new()
            {
                Products = await ProductsAsync(
                    platform.Token, line.GetRequiredValue(issuer), line.GetValue(cdol) ?? [], cancellation),
                IndexKey = await platform.Token.Cards.GenerateAsync(TokenKeyId.OfCardKey(IndexName),
                    CardKeyAlgorithm.Aes256, CardKeyUse.Cmac, isExportable: false, cancellation),
                MaxCounterGap = line.GetValue(gap),
            };
            using CounterFile counters = OpenCounters(Path.Combine(folder.Path, "card-counters"));
            await using DecisionJournal journal = await OpenJournalAsync(
                Path.Combine(folder.Path, "card-decisions"), counters, platform.Store, output.Note, cancellation);
            IssuerHost host = new(platform.Token, options, journal, TimeProvider.System);
            await platform.Engine.StartAsync(cancellation);
            await using CardServer server = Listen(host, address, line.GetValue(framing), output.Note);
            CardHostStarted started = new($"{server.Address}", $"{line.GetValue(framing)}", options.Products.Count,
                counters.Cards);
            output.Document(started, CardJson.Default.CardHostStarted, console =>
                console.Line($"Listening on {started.Address}; Ctrl-C stops"));
            await WaitAsync(platform, cancellation);
            output.Note("Stopping.");
            await server.StopAsync();
            output.Note(string.Create(CultureInfo.InvariantCulture, $"{server.Answered} requests were answered."));
            output.Note($"Milliseconds of 50, 99 and 99.9 in 100: {host.Times}. {Collections()}");
            return ExitCode.Done;
        });
    }

    private static async Task<List<IssuerProduct>> ProductsAsync(
        HsmProvider token, string[] issuers, string[] lists, CancellationToken cancellation)
    {
        List<IssuerProduct> products = [];
        Dictionary<string, DataObjectList> asked = [];
        foreach (string list in lists)
        {
            if (list.Split('=') is not [{ Length: > 0 } prefix, { Length: > 0 } hex])
                throw new MisusedException($"'{list}' is not DIGITS=HEX, such as 476173=9F02069F03069F1A0295055F2A02.");
            asked[prefix] = CardOptions.DataObjects(hex);
        }

        foreach (string issuer in issuers)
        {
            if (issuer.Split('=') is not [{ Length: > 0 and <= 12 } prefix, { Length: > 0 } name]
                || prefix.AsSpan().ContainsAnyExceptInRange('0', '9'))
            {
                throw new MisusedException($"'{issuer}' is not DIGITS=NAME, such as 476173=imk-visa.");
            }

            HsmKey? key = await token.FindAsync(TokenKeyId.OfCardKey(name), cancellation);
            if (key?.CardUse != CardKeyUse.Cryptograms)
            {
                throw new RefusedException($"There is no key '{name}' for cryptograms in the token.",
                    $"qbitel card import {name} --use E0 --sealed FILE");
            }

            asked.Remove(prefix, out DataObjectList? dataObjects);
            products.Add(new IssuerProduct(prefix, key, DataObjects: dataObjects));
        }

        if (asked.Count > 0) throw new MisusedException($"There is no --issuer {asked.Keys.First()} for its --cdol.");

        return products;
    }

    private static CounterFile OpenCounters(string path)
    {
        try
        {
            return CounterFile.Open(path);
        }
        catch (InvalidDataException damaged)
        {
            throw new RefusedException(damaged.Message, "Without its counters the host does not start.", damaged);
        }
        catch (IOException busy)
        {
            throw new RefusedException($"The counters in {path} cannot be opened: {busy.Message}",
                "Only one host at a time keeps counters in a data folder.", busy);
        }
    }

    private static CardServer Listen(IssuerHost host, IPEndPoint address, CardFraming framing, Action<string> note)
    {
        try
        {
            return CardServer.Start(host, address, framing, note);
        }
        catch (SocketException busy)
        {
            throw new RefusedException($"{address} cannot be listened on: {busy.Message}",
                "Name another with --listen.", busy);
        }
    }

    private static async Task<DecisionJournal> OpenJournalAsync(
        string path, CounterFile counters, StateStore store, Action<string> note, CancellationToken cancellation)
    {
        AuditLog log = new(store);
        try
        {
            return await DecisionJournal.OpenAsync(path, counters, new DecisionLog(
                (entries, cancel) => store.ChangeAsync(async (change, each) =>
                {
                    foreach (AuditEntry entry in entries) await change.AppendAsync(entry, each);
                }, cancel),
                async (id, cancel) => await log.FindAsync(id, cancel) is not null),
                failed => note($"Decisions could not be kept: {failed.GetType().Name}"), cancellation);
        }
        catch (Exception unusable) when (unusable is InvalidDataException or IOException)
        {
            throw new RefusedException(unusable.Message, "Without its decisions the host does not start.", unusable);
        }
    }

    private static string Collections() => string.Create(CultureInfo.InvariantCulture,
        $"{GC.CollectionCount(0)} collections paused {GC.GetTotalPauseDuration().TotalMilliseconds:F0} ms in all.");

    private static async Task WaitAsync(AutomationPlatform platform, CancellationToken cancellation)
    {
        TaskCompletionSource stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = cancellation.Register(stop.SetResult);
        await await Task.WhenAny(stop.Task, platform.Engine.Completion);
    }
}
