using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Fix;

public sealed class FixTableTests
{
    [Theory]
    [InlineData("FIX.4.2", "FIX_Standard__OrchestraFIX42.xml", "FIX.4.2.txt")]
    [InlineData("FIX.4.4", "FIX_Standard__OrchestraFIX44.xml", "FIX.4.4.txt")]
    public void The_table_says_what_Orchestra_says(string version, string orchestra, string table) =>
        Snapshot.Match(
            Path.Combine(Repository.Root, "src", "Qbitel.Protocols", "Fix", table),
            OrchestraTable.Write(SharedFiles.Path("samples/fix/orchestra/" + orchestra), version));
}
