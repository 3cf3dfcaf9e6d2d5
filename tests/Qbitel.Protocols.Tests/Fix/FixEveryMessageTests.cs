using System.Globalization;
using Qbitel.Protocols.Fix;
using Qbitel.Protocols.Fix.Tables;
using Qbitel.Protocols.Identification;

namespace Qbitel.Protocols.Tests.Fix;

/// <summary>Each message of each version with every field it may have, made of the table.</summary>
public sealed class FixEveryMessageTests
{
    [Theory]
    [InlineData("FIX.4.2", FixApplication.Fix42)]
    [InlineData("FIX.4.4", FixApplication.Fix44)]
    [InlineData("FIXT.1.1", FixApplication.Fix50)]
    [InlineData("FIXT.1.1", FixApplication.Fix50SP1)]
    [InlineData("FIXT.1.1", FixApplication.Fix50SP2)]
    [InlineData("FIXT.1.1", FixApplication.Fix44)]
    public void A_message_with_every_field_is_valid_and_comes_back(string transport, FixApplication application)
    {
        Assert.True(FixVersion.TryParse(transport.AsSpan(), out FixVersion version));
        FixProfile profile = FixProfile.Standard.WithApplication(application);
        FixDictionary dictionary = profile.DictionaryOf(version, application)!;
        FixField[] room = new FixField[4_096];
        foreach (FixMessageRule rule in dictionary.Messages)
        {
            FixDraft draft = new(version, profile);
            Write(draft, rule.Members, rule.Type, entries: 2);
            FixMessage message = draft.Build(allowInvalid: true);
            IReadOnlyList<Diagnostic> findings = message.Validate(profile, ParseMode.Strict);
            Assert.True(findings.Count == 0,
                $"{transport} {application} {rule.Type}: {string.Join('\n', findings.Take(5))}");
            Assert.Equal(FrameStatus.Complete, FixView.TryRead(message.RawContent.Span, room, out FixView view, out _));
            Assert.True(view.IsValid(profile, ParseMode.Strict));
            Assert.Equal(message.ToBytes(), FixMessage.Parse(view.Bytes).ToBytes());
            foreach (FixMember member in rule.Members.All.Where(member => member.Group is not null))
            {
                Assert.Equal(2, message.Group(member.Tag, profile)!.Count);
            }

            ParseReport report = MessageParser.Parse(message.ToBytes(), "fix");
            Assert.Equal(message.Fields.Count, report.Fields.Count);
        }

        void Write(FixDraft draft, FixMembers members, string type, int entries, int depth = 0)
        {
            foreach (FixMember member in members.All)
            {
                FixFieldRule field = dictionary.Field(member.Tag)!;
                if (member.Tag is 8 or 9 or 10 || FixDataFields.DataTagOf(member.Tag) != 0) continue;
                if (FixDataFields.LengthTagOf(member.Tag) is > 0 and int length)
                {
                    draft.SetData(length, "a\u0001b=c"u8);
                }
                else if (member.Group is { } group)
                {
                    draft.Set(member.Tag, entries.ToString(CultureInfo.InvariantCulture));
                    for (int i = 0; i < entries; i++) Write(draft, group, type, entries: 1, depth + 1);
                }
                else
                {
                    draft.Set(member.Tag, member.Tag switch
                    {
                        35 => type,
                        1128 => ((int)application).ToString(CultureInfo.InvariantCulture),
                        _ => Sample(field),
                    });
                }
            }
        }
    }

    private static string Sample(FixFieldRule field) => field.Codes.Length > 0 ? field.Codes[^1] : field.Type switch
    {
        FixType.Int or FixType.Length or FixType.NumInGroup or FixType.SeqNum or FixType.TagNum
            or FixType.DayOfMonth => "7",
        FixType.Number or FixType.Qty or FixType.Price or FixType.PriceOffset or FixType.Amt
            or FixType.Percentage => "-1.50",
        FixType.Boolean => "Y",
        FixType.Country => "DE",
        FixType.Currency => "EUR",
        FixType.Exchange => "XNAS",
        FixType.Language => "en",
        FixType.MonthYear => "202612w2",
        FixType.UtcTimestamp => "20261231-23:59:60.123456789",
        FixType.UtcTimeOnly => "23:59:60",
        FixType.UtcDateOnly or FixType.UtcDate or FixType.LocalMktDate => "20261231",
        FixType.TZTimestamp => "20261231-23:59+05:30",
        FixType.TZTimeOnly => "23:59Z",
        FixType.Tenor => "M6",
        _ => "x",
    };
}
