using CourseKit.Kernel.Jupyter.Install;

namespace CourseKit.Kernel.Tests.Jupyter;

/// <summary>Compiled assemblies are kept for the next installation, which needs none of them.</summary>
public sealed class CompiledCacheTests : IDisposable
{
    private static readonly string Assembly = typeof(CompiledCacheTests).Assembly.Location;

    private readonly string _folder = Directory.CreateTempSubdirectory("coursekit").FullName;

    private string Entries => Path.Combine(_folder, "compiled");

    private string File1 => Path.Combine(_folder, "1");

    private string File2 => Path.Combine(_folder, "2");

    private CompiledCache Cache => new(Entries);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_was_added_is_found_under_its_key_only()
    {
        File.WriteAllText(File1, "compiled");
        Cache.Add("key", File1);

        Assert.True(Cache.TryCopy("key", File2));
        Assert.Equal("compiled", File.ReadAllText(File2));
        Assert.False(Cache.TryCopy("other", File2));
        Assert.Equal(["key"], Directory.GetFiles(Entries).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(35)]
    public void An_entry_that_was_cut_short_or_changed_is_not_used_and_is_replaced(int length)
    {
        File.WriteAllText(File1, "compiled");
        Cache.Add("key", File1);
        var entry = Path.Combine(Entries, "key");
        var content = File.ReadAllBytes(entry);
        File.WriteAllBytes(entry, content[..length]);
        Assert.False(Cache.TryCopy("key", File2));
        content[^1] ^= 1;
        File.WriteAllBytes(entry, content);
        Assert.False(Cache.TryCopy("key", File2));
        Assert.False(File.Exists(File2));

        Cache.Add("key", File1);
        Assert.True(Cache.TryCopy("key", File2));
    }

    [Fact]
    public void Where_nothing_can_be_written_nothing_is_kept()
    {
        File.WriteAllText(Entries, "a file where the folder would be");
        Cache.Add("key", Entries);
        Cache.Tidy(["key"]);
        Assert.False(Cache.TryCopy("key", File2));
    }

    [Fact]
    public void What_was_not_used_for_longest_makes_room()
    {
        File.WriteAllText(File1, "compiled");
        for (var i = 0; i < 70; i++)
        {
            Cache.Add($"{i}", File1);
            File.SetLastWriteTimeUtc(Path.Combine(Entries, $"{i}"), DateTime.UtcNow.AddMinutes(i - 100));
        }
        Cache.Tidy(["0"]);
        Assert.Equal(60, Directory.GetFiles(Entries).Length);
        Assert.True(Cache.TryCopy("0", File2));
        Assert.True(Cache.TryCopy("69", File2));
        Assert.False(Cache.TryCopy("1", File2));
    }

    [Fact]
    public void The_key_is_that_of_the_assembly_the_ones_it_refers_to_and_the_settings()
    {
        var (engine, copy) = (typeof(CompiledCache).Assembly.Location, Path.Combine(_folder, Path.GetFileName(Assembly)));
        File.Copy(Assembly, copy);
        var alone = CompiledCache.Key(copy, "settings");
        Assert.Equal(alone, CompiledCache.Key(copy, "settings"));
        Assert.NotEqual(alone, CompiledCache.Key(copy, "others"));
        File.Copy(engine, Path.Combine(_folder, Path.GetFileName(engine)));
        var beside = CompiledCache.Key(copy, "settings");
        Assert.NotEqual(alone, beside);
        File.Copy(Assembly, Path.Combine(_folder, "Unrelated.dll"));
        Assert.Equal(beside, CompiledCache.Key(copy, "settings"));
    }
}
