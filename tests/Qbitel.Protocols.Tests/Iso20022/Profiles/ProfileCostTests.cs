using System.Diagnostics;
using System.Text;
using Qbitel.Protocols.Iso20022.Profiles;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Iso20022.Profiles;

public sealed class ProfileCostTests(ITestOutputHelper output)
{
    // Times are printed, never judged; bytes are the same on every machine.
    [Theory, Trait("Soak", "rails-cost")]
    [InlineData("fedwire-2025")]
    [InlineData("cbpr-sr2026")]
    [InlineData("sepa-sct")]
    public void Reading_and_judging_a_payment_costs_little(string name)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(ProfileText.Of(name).Replace("><", ">\n                  <",
            StringComparison.Ordinal));
        MxProfile profile = MxProfile.Find(name);
        int times = Soak.Times(300, 20_000);
        for (int i = 0; i < times; i++) Once();

        List<double> batches = [];
        for (int batch = 0; batch < 5; batch++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < times; i++) Once();
            batches.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds / times);
        }

        long allocated = Allocation.Least(Once, enough: 8 * 1024);
        output.WriteLine(
            $"{name}, {bytes.Length} bytes: best batch {batches.Min():F1} us, {allocated} bytes allocated");
        Assert.InRange(allocated, 0, 8 * 1024);

        void Once()
        {
            Assert.True(ProfiledMessage.TryRead(bytes, profile, ParseOptions.Default, out ProfiledMessage message,
                out _));
            Assert.Null(message.Findings.FirstError());
        }
    }
}
