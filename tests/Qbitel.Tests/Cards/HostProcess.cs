using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Qbitel.Automation;
using Qbitel.Automation.Engine;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Cards;
using Qbitel.Governance.Profiles;
using Qbitel.Hsm;
using Qbitel.Hsm.Cards.Issuing;
using Qbitel.Tests.Commands;

namespace Qbitel.Tests.Cards;

/// <summary>The real <c>qbitel card host</c>, a process of its own with its engine, over a data folder.</summary>
internal sealed class HostProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _notes;

    private HostProcess(Process process, Task<string> notes, IPEndPoint address)
    {
        _process = process;
        _notes = notes;
        Address = address;
    }

    public IPEndPoint Address { get; }

    public int Id => _process.Id;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A data folder whose token has an issuer's key, the fixture's by default, as <c>imk-visa</c>.</summary>
    public static async Task PrepareAsync(string data, byte[]? issuerKey = null)
    {
        await using AutomationPlatform platform = await AutomationPlatform.OpenAsync(
            data, BankingPqcProfile.ForSubdomain(BankingSubdomain.CardPayments), new AutomationConfig(),
            cancellationToken: Cancel);
        await platform.Token.Cards.ImportAsync(TokenKeyId.OfCardKey("imk-visa"), CardKeyAlgorithm.TwoKeyTdea,
            CardKeyUse.Cryptograms, isExportable: false, issuerKey ?? CardHostFixture.IssuerKey, Cancel);
    }

    public static async Task<HostProcess> StartAsync(string data, params string[] more)
    {
        Process process = Process.Start(new ProcessStartInfo(Shell.Program,
            ["card", "host", "--listen", "127.0.0.1:0", "--issuer", "476173=imk-visa", "--json", "--data", data,
                .. more])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        Task<string> notes = process.StandardError.ReadToEndAsync(Cancel);
        StringBuilder said = new();
        while (said.Length == 0 || said[^1] != '}')
        {
            said.Append(await process.StandardOutput.ReadLineAsync(Cancel)
                ?? throw new EndOfStreamException(await notes));
        }

        using JsonDocument started = JsonDocument.Parse(said.ToString());
        return new HostProcess(process, notes,
            IPEndPoint.Parse(started.RootElement.GetProperty("address").GetString()!));
    }

    /// <summary>Ctrl-C: what it noted, as it ends.</summary>
    public async Task<string> StopAsync()
    {
        Assert.Equal(0, (await Shell.RunAsync("/bin/kill", ["-INT", $"{Id}"], [])).ExitCode);
        await _process.WaitForExitAsync(Cancel);
        Assert.Equal(0, _process.ExitCode);
        return await _notes;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}
