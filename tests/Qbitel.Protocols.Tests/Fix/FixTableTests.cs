using Qbitel.Protocols.Fix.Tables;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Fix;

public sealed class FixTableTests
{
    [Theory]
    [InlineData("FIX.4.2", "OrchestraFIX42")]
    [InlineData("FIX.4.4", "OrchestraFIX44")]
    public void The_table_says_what_Orchestra_says(string version, string file)
    {
        OrchestraDictionary orchestra = new(SharedFiles.Path($"samples/fix/orchestra/FIX_Standard__{file}.xml"));
        FixDictionary ours = FixDictionary.Of(version);
        Assert.Equal(orchestra.Fields().Order(StringComparer.Ordinal), ours.Fields.Select(field =>
            $"{field.Tag} {field.Name} {field.Type} {string.Join(' ', field.Codes)}").Order(StringComparer.Ordinal));
        Assert.Equal(orchestra.Messages().Order(StringComparer.Ordinal),
            ours.Messages.Select(OrchestraDictionary.Line).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_session_layer_under_FIXT_is_that_of_its_own_file()
    {
        OrchestraDictionary orchestra = new(SharedFiles.Path("samples/fix/orchestra/FIX_Standard__FIXTSession.xml"));
        FixDictionary ours = FixDictionary.Of("FIX.5.0SP2", "FIXT.1.1");
        HashSet<string> messages = [.. ours.Messages.Select(OrchestraDictionary.Line)];
        Assert.All(orchestra.Messages(), line => Assert.Contains(line, messages));
    }

    /// <summary>
    /// How many differences of each kind there are to the dictionaries of QuickFIX/n, which were looked through: those
    /// of 4.4 still list what the standard has withdrawn (OrdType 5, ExecType 1 and 2) and lay legs flat beside their
    /// group; those of 5.0 put fields that came later at the end of a group, where the standard gives them a place
    /// (order), leave out codes shared with another field (codes-only-ours), name fields of the versions before
    /// (field-only-theirs) and, for SP2, of extension packs after 97; ours have FIXT's own messages and fields.
    /// </summary>
    [Theory]
    [InlineData("FIX.4.2", null, "FIX42", "code 6, codes 19, field 1, message-name 4, required 7")]
    [InlineData("FIX.4.4", null, "FIX44",
        "code 74, codes 59, field 4, group 8, member 348, message-name 4, name 2, required 54, type 6")]
    [InlineData("FIX.5.0", "FIXT.1.1", "FIX50",
        "code 7, codes 62, field 69, group 2, member 228, message 8, name 4, order 144, required 15, type 4")]
    [InlineData("FIX.5.0SP1", "FIXT.1.1", "FIX50SP1",
        "code 7, codes 101, delimiter 1, field 62, member 2, message 8, name 1, order 225, required 16, type 4")]
    [InlineData("FIX.5.0SP2", "FIXT.1.1", "FIX50SP2",
        "code 6, codes 114, delimiter 1, field 166, member 2, message 10, name 7, order 232, required 15, type 6")]
    public void Differences_to_another_engines_dictionary_are_those_that_are_known(string version, string? transport,
        string file, string expected)
    {
        QuickFixDictionary theirs = new(SharedFiles.Path($"samples/fix/dictionary/spec__fix__{file}.xml"));
        string[] kinds =
            [.. theirs.Differences(FixDictionary.Of(version, transport)).Select(line => line.Split(' ')[0])];
        Assert.Equal(expected, string.Join(", ", kinds
            .Select(kind => kind.Replace("-ours", "", StringComparison.Ordinal)
                .Replace("-theirs", "", StringComparison.Ordinal).Replace("-only", "", StringComparison.Ordinal))
            .GroupBy(kind => kind, StringComparer.Ordinal).OrderBy(kind => kind.Key, StringComparer.Ordinal)
            .Select(kind => $"{kind.Key} {kind.Count()}")));
    }

    [Theory]
    [InlineData("FIX.4.2", null, 405, 46)]
    [InlineData("FIX.4.4", null, 912, 93)]
    [InlineData("FIX.5.0", "FIXT.1.1", 1119, 101)]
    [InlineData("FIX.5.0SP1", "FIXT.1.1", 1391, 113)]
    [InlineData("FIX.5.0SP2", "FIXT.1.1", 1470, 116)]
    public void Every_table_is_whole(string version, string? transport, int fields, int messages)
    {
        FixDictionary ours = FixDictionary.Of(version, transport);
        Assert.Equal((fields, messages), (ours.Fields.Count(), ours.Messages.Count()));

        // Whatever may stand in a message has a type, whatever is data has its length before it.
        foreach (FixMessageRule rule in ours.Messages) CheckMembers(rule.Members, rule.Type);
        void CheckMembers(FixMembers members, string place)
        {
            foreach (FixMember member in members.All)
            {
                FixFieldRule? field = ours.Field(member.Tag);
                Assert.True(field is not null, $"{version} {place} has {member.Tag}, which is no field");
                if (field.Type is FixType.Data or FixType.XmlData)
                {
                    int length = FixDataFields.LengthTagOf(member.Tag);
                    Assert.True(members.PlaceOf(length) >= 0, $"{version} {place}: no length of {member.Tag}");
                }

                if (member.Group is { } group) CheckMembers(group, $"{place}/{member.Tag}");
            }
        }
    }

    [Theory]
    [InlineData(54, "1", "buy")]
    [InlineData(39, "1", "partially filled")]
    [InlineData(40, "P", "pegged")]
    [InlineData(18, "1 G", "not held, all or none")]
    [InlineData(18, "B", "OK to cross")]
    [InlineData(452, "3", "client ID")]
    [InlineData(54, "~", null)]
    [InlineData(55, "X", null)]
    public void A_code_has_a_name_in_words(int tag, string value, string? words) =>
        Assert.Equal(words,
            FixDictionary.Of("FIX.4.4").Field(tag)!.Meaning(System.Text.Encoding.ASCII.GetBytes(value)));
}
