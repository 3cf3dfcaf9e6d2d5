using Qbitel.Automation;
using Qbitel.Automation.Engine;
using Qbitel.Governance.Profiles;

namespace Qbitel.Automation.Tests;

public sealed class QuickStart
{
    [Fact]
    public async Task Quick_start_provisions_a_service()
    {
        using StringWriter written = new();
        TextWriter before = Console.Out;
        Console.SetOut(written);
        try
        {
            await RunAsync();
        }
        finally
        {
            Console.SetOut(before);
        }

        Assert.Contains("wire-transfer-api", written.ToString(), StringComparison.Ordinal);
    }

    private static async Task RunAsync()
    {
        #region QuickStart
        // 1. Select your banking subdomain: it sets the least that is allowed.
        var profile = BankingPqcProfile.ForSubdomain(BankingSubdomain.WireTransfers);

        // 2. Open the platform on a folder: one SQLite file, one software token. A bank configures hardware instead.
        string folder = Path.Combine(Path.GetTempPath(), $"qbitel-quick-start-{Environment.ProcessId}");
        await using AutomationPlatform platform = await AutomationPlatform.OpenAsync(
            folder, profile, new AutomationConfig { AcceptSoftwareToken = true });
        await platform.Engine.StartAsync();

        // 3. Keys are made, rotated and audited from now on.
        SecureService service = await platform.Engine.ProvisionSecureServiceAsync("wire-transfer-api", policy: null,
            new Actor("quick-start"));
        Console.WriteLine($"{service.Name}: encryption {service.EncryptionKeyId}, signing {service.SigningKeyId}");
        #endregion
    }
}
