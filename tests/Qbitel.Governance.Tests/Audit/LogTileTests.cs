using FsCheck;
using FsCheck.Fluent;
using Qbitel.Governance.Audit;

namespace Qbitel.Governance.Tests.Audit;

public sealed class LogTileTests
{
    [Theory]
    [InlineData(0, 1234067, 256, "tile/0/x001/x234/067")]
    [InlineData(1, 0, 17, "tile/1/000.p/17")]
    [InlineData(LogTile.Entries, 1000, 255, "tile/entries/x001/000.p/255")]
    [InlineData(63, 999, 1, "tile/63/999.p/1")]
    public void Paths_are_those_of_the_specification(int level, long index, int width, string path)
    {
        LogTile tile = new(level, index, width);
        Assert.Equal(path, tile.Path);
        Assert.True(LogTile.TryParse(path, out LogTile read));
        Assert.Equal(tile, read);
    }

    // The example of C2SP tlog-tiles: a tree of 70,000 entries.
    [Fact]
    public void A_log_has_the_tiles_of_the_specification()
    {
        LogTile[] tiles = [.. LogTile.OfLog(70_000)];
        Assert.Equal(274, tiles.Count(t => t.Level == LogTile.Entries));
        Assert.Equal([new LogTile(0, 273, 112)], tiles.Where(t => t is { Level: 0, Width: < 256 }));
        Assert.Equal(273, tiles.Count(t => t is { Level: 0, Width: 256 }));
        Assert.Equal([new LogTile(1, 0, 256), new LogTile(1, 1, 17)], tiles.Where(t => t.Level == 1));
        Assert.Equal([new LogTile(2, 0, 1)], tiles.Where(t => t.Level > 1));
        Assert.Empty(LogTile.OfLog(0));
        Assert.Equal(["tile/entries/000", "tile/0/000", "tile/1/000.p/1"], LogTile.OfLog(256).Select(t => t.Path));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("checkpoint")]
    [InlineData("tile/0")]
    [InlineData("tile/0/0")]
    [InlineData("tile/00/000")]
    [InlineData("tile/64/000")]
    [InlineData("tile/-1/000")]
    [InlineData("tile/0/x000/000")]
    [InlineData("tile/0/001/000")]
    [InlineData("tile/0/x001")]
    [InlineData("tile/0/000.p/0")]
    [InlineData("tile/0/000.p/256")]
    [InlineData("tile/0/000.p/07")]
    [InlineData("tile/0/000.p")]
    [InlineData("tile/0/../000")]
    [InlineData("tile/0/ 01")]
    [InlineData("tile/0/x999/x999/x999/x999/x999/x999/x999/999")]
    public void Other_paths_are_no_tile(string? path) => Assert.False(LogTile.TryParse(path, out _));

    [Fact]
    public void Every_path_reads_back() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<NonNegativeInt>(), ArbMap.Default.ArbFor<byte>(), ArbMap.Default.ArbFor<byte>(),
            (index, width, level) =>
        {
            LogTile tile = new((level % 65) - 1, (long)index.Get * index.Get, width + 1);
            return LogTile.TryParse(tile.Path, out LogTile read) && read == tile;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_text_is_a_tile_or_not() =>
        Prop.ForAll<string>(
            text => !LogTile.TryParse(text, out LogTile tile) || tile.Path == text).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(65_536)]
    public void The_tiles_of_a_growing_tree_are_those_of_its_size_and_fold_to_its_root(int size)
    {
        TileTree tiles = new();
        MerkleTree tree = MerkleTreeTests.TreeOf(size);
        for (int i = 0; i < size; i++) tiles.Append(tree.LeafHash(i));
        Assert.Equal(tree.Root, tiles.Root);

        (LogTile Tile, byte[] Hashes)[] all = [.. tiles.Full, .. tiles.Partial()];
        Assert.Equal(
            LogTile.OfLog(size).Where(t => t.Level >= 0).Select(t => t.Path).Order(),
            all.Select(t => t.Tile.Path).Order());
        Assert.All(all, t => Assert.Equal(
            Enumerable.Range(0, t.Tile.Width)
                .SelectMany(i => tree.Node(8 * t.Tile.Level, (t.Tile.Index * 256) + i).ToArray()), t.Hashes));
    }
}
