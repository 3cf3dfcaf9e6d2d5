using System.Globalization;
using System.Security.Cryptography;
using Qbitel.Governance.Audit;
using Qbitel.Hsm.Cards.Issuing;

namespace Qbitel.Hsm.Tests.Cards.Issuing;

public sealed class DecisionFileTests : IDisposable
{
    private const int HalfSize = 1 << 14, PageSize = 4096;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("qbitel-decisions-");

    private string File => Path.Combine(_folder.FullName, "decisions");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void What_was_not_released_is_there_again_and_for_its_owner_alone()
    {
        using (DecisionFile file = Open(out List<KeptDecision> none))
        {
            Assert.Empty(none);
            file.Append([Decision(1), Decision(2)]);
            file.Append([Decision(3) with { Taken = null }]);
            file.Release(1);
            Assert.Throws<IOException>(() => Open(out _).Dispose());
        }

        using DecisionFile again = Open(out List<KeptDecision> left);
        Assert.Equal([Decision(2), Decision(3) with { Taken = null }], left);
        Assert.Equal(3, again.Last);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
    }

    [Fact]
    public void Halves_are_filled_in_turn_for_ever_and_only_when_they_are_free()
    {
        int written = 0, released = 0, refused = 0;
        for (int start = 0; start < 20; start++)
        {
            using DecisionFile file = Open(out List<KeptDecision> left);
            Assert.Equal(Enumerable.Range(released + 1, written - released).Select(Decision), left);
            for (int i = 0; i < 40; i++)
            {
                KeptDecision[] group = [.. Enumerable.Range(written + 1, 1 + (i % 5)).Select(Decision)];
                if (!file.TryMakeRoom(group.Length, group.Sum(one => one.Entry.ToLeaf().Length)))
                {
                    refused++;
                    file.Release(released = written - 3);
                    continue;
                }

                file.Append(group);
                written += group.Length;
            }
        }

        Assert.InRange(refused, 10, int.MaxValue);
        Assert.InRange(written, 1000, int.MaxValue);
    }

    /// <summary>A power cut in the middle of a write: any part of the last group may be missing.</summary>
    [Fact]
    public void Of_a_torn_group_what_is_whole_to_the_first_hole_is_kept_and_never_more()
    {
        using (DecisionFile file = Open(out _)) file.Append([Decision(1), Decision(2)]);
        long begin = UsedSize();
        using (DecisionFile file = Open(out _)) file.Append([.. Enumerable.Range(3, 6).Select(Decision)]);
        long end = UsedSize();
        byte[] whole = System.IO.File.ReadAllBytes(File);
        int record = (int)(end - begin) / 6;
        for (int hole = 0; hole < 6; hole++)
        {
            byte[] torn = [.. whole];
            torn.AsSpan((int)begin + (hole * record), record / 2).Clear();
            System.IO.File.WriteAllBytes(File, torn);
            using (DecisionFile file = Open(out List<KeptDecision> left))
            {
                Assert.Equal(Enumerable.Range(1, 2 + hole).Select(Decision), left);
                file.Append([Decision(3 + hole)]); // as long as the torn one: its pieces must not come after it
            }

            using DecisionFile again = Open(out List<KeptDecision> once);
            Assert.Equal(3 + hole, once.Count);
        }
    }

    [Fact]
    public void Damage_to_what_was_acknowledged_is_refused()
    {
        using (DecisionFile file = Open(out _))
            for (int i = 1; i <= 10; i++) file.Append([Decision(i)]);

        byte[] whole = System.IO.File.ReadAllBytes(File);
        int record = (int)(UsedSize() - PageSize) / 10;
        for (int i = 0; i < 9; i++)
        {
            byte[] damaged = [.. whole];
            damaged[PageSize + (i * record) + RandomNumberGenerator.GetInt32(record - 8)] ^= 0x10;
            System.IO.File.WriteAllBytes(File, damaged);
            Assert.Throws<InvalidDataException>(() => Open(out _).Dispose());
        }

        foreach (int at in (int[])[0, 9, 17])
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 1;
            System.IO.File.WriteAllBytes(File, damaged);
            Assert.Throws<InvalidDataException>(() => Open(out _).Dispose());
        }
    }

    private DecisionFile Open(out List<KeptDecision> left) => DecisionFile.Open(File, HalfSize, out left);

    /// <summary>The end of what is written in the first half.</summary>
    private long UsedSize() => (Array.FindLastIndex(System.IO.File.ReadAllBytes(File), b => b != 0) + 8) & ~7;

    private static KeptDecision Decision(int number) => new(
        new AuditEntry(new Guid(number, 0, 0x7000, 0x80, 0, 0, 0, 0, 0, 0, 0), DateTimeOffset.UnixEpoch, "service:test",
            "card.authorise", "card:" + number.ToString("D8", CultureInfo.InvariantCulture), AuditOutcome.Done),
        ((UInt128)number, (ushort)number));
}
