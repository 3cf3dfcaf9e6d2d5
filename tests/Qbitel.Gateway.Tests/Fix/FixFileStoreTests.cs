using Qbitel.Gateway.Fix.Stores;
using Qbitel.Protocols.Fix.Sessions;

namespace Qbitel.Gateway.Tests.Fix;

public sealed class FixFileStoreTests : FixStoreContract, IDisposable
{
    private const string Name = "FIX.4.4:US->PEER";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("qbitel-fix-store-");

    private string PathOfStore => Path.Combine(_folder.FullName, "store", "us.fixlog");

    public void Dispose() => _folder.Delete(recursive: true);

    protected override FixMessageStore Open() => FixFileStore.Open(PathOfStore, Name, Start);

    protected override FixMessageStore Reopen() => FixFileStore.Open(PathOfStore, Name, Start.AddYears(1));

    [Fact]
    public void A_record_that_was_not_written_whole_is_cut_off_wherever_it_ends()
    {
        long before;
        using (FixMessageStore store = Open())
        {
            Commit(store, 1, "one");
            before = new FileInfo(PathOfStore).Length;
            Commit(store, 2, "two");
        }

        byte[] whole = File.ReadAllBytes(PathOfStore);
        for (long length = before; length < whole.Length; length++)
        {
            File.WriteAllBytes(PathOfStore, whole[..(int)length]);
            using FixMessageStore store = Reopen();
            Assert.Equal(2, store.Counts.NextOutgoing);
            Commit(store, 2, "again");
            Assert.Equal([(1L, "one"), (2L, "again")], Read(store, 1, 2));
        }
    }

    [Fact]
    public void Damage_before_the_end_is_refused_and_left_as_it_is()
    {
        using (FixMessageStore store = Open())
            for (int number = 1; number <= 5; number++) Commit(store, number, $"message {number}");
        byte[] bytes = File.ReadAllBytes(PathOfStore);
        bytes[400] ^= 1;
        File.WriteAllBytes(PathOfStore, bytes);

        FixStoreException refused = Assert.Throws<FixStoreException>(Reopen);

        Assert.Contains("damaged", refused.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(PathOfStore));
    }

    [Fact]
    public void A_store_is_of_one_session_and_of_one_process()
    {
        using FixMessageStore store = Open();
        Assert.Throws<FixStoreException>(Reopen);
        store.Dispose();

        Assert.Throws<FixStoreException>(() => FixFileStore.Open(PathOfStore, "FIX.4.4:US->OTHER", Start));
        File.WriteAllText(PathOfStore, "something else");
        Assert.Throws<FixStoreException>(Reopen);
    }

    [Fact]
    public void A_store_is_its_owners_alone()
    {
        Open().Dispose();
        if (OperatingSystem.IsWindows()) return; // it has other ways

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(PathOfStore));
    }

    private static void Commit(FixMessageStore store, long number, string text)
    {
        FixChange change = new();
        change.AddSent(number, System.Text.Encoding.ASCII.GetBytes(text));
        store.Commit(change);
    }
}
