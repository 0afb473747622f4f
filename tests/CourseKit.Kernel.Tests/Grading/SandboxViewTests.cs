using CourseKit.Kernel.Grading;

namespace CourseKit.Kernel.Tests.Grading;

/// <summary>What a submission sees is what bubblewrap's arguments say, of which a later one covers the earlier ones.</summary>
public sealed class SandboxViewTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("coursekit-").FullName;

    public SandboxViewTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "bubblewrap runs on Linux only");
        foreach (var inside in new[] { "course/lib", "course/class", "course/teacher/own", "cache/package", "secret" })
            Directory.CreateDirectory(PathOf(inside));
        foreach (var file in new[] { "course/teacher/tasks.ipynb", "course/notes.txt", "cache/package/native.so", "secret/key" })
            File.WriteAllText(PathOf(file), "");
        File.CreateSymbolicLink(PathOf("course/lib/native.so"), PathOf("cache/package/native.so"));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void What_is_hidden_inside_a_shown_folder_is_empty_and_read_only()
    {
        Assert.Equal(
            ["--ro-bind course", "--tmpfs course/class", "--ro-bind cache/package", "--tmpfs course/teacher", "--ro-bind /dev/null course/notes.txt", "--remount-ro course/class", "--remount-ro course/teacher"],
            Of(["course"], ["course/class", "course/teacher", "course/notes.txt", "secret", "course/absent"]));
    }

    [Fact]
    public void A_file_inside_a_hidden_folder_is_covered_before_the_folder_is_read_only()
    {
        Assert.Equal(
            ["--ro-bind course", "--ro-bind cache/package", "--tmpfs course/teacher", "--ro-bind /dev/null course/teacher/tasks.ipynb", "--remount-ro course/teacher"],
            Of(["course"], ["course/teacher", "course/teacher/tasks.ipynb"]));
    }

    [Fact]
    public void What_a_submission_needs_inside_a_hidden_folder_is_seen()
    {
        Assert.Equal(["--ro-bind course", "--ro-bind cache/package", "--tmpfs course/teacher", "--ro-bind course/teacher/own", "--remount-ro course/teacher"],
            Of(["course", "course/teacher/own"], ["course/teacher"]));
    }

    [Fact]
    public void A_link_that_a_student_handed_in_shows_nothing()
    {
        File.CreateSymbolicLink(PathOf("course/class/eve.ipynb"), PathOf("secret/key"));
        Assert.DoesNotContain("--ro-bind secret", Of(["course"], ["course/class"]));
        Assert.Contains("--ro-bind secret", Of(["course"], []));
    }

    [Fact]
    public void Nothing_that_is_not_there_is_shown()
    {
        Assert.Empty(Of(["absent"], ["absent/inside"]));
    }

    // The arguments that are about the test's folder, in their order.
    private List<string> Of(string[] shown, string[] hidden)
    {
        var all = new SandboxView([.. shown.Select(PathOf)], [.. hidden.Select(PathOf)]).Arguments("/home/student", 500, []).ToList();
        List<string> found = [];
        for (var i = 0; i < all.Count; i++)
        {
            if (all[i] is "--ro-bind" or "--ro-bind-try" && all[i + 2].StartsWith(folder, StringComparison.Ordinal))
                found.Add(all[i + 1] == all[i + 2] ? $"--ro-bind {Short(all[i + 1])}" : $"--ro-bind {all[i + 1]} {Short(all[i + 2])}");
            else if (all[i] is "--tmpfs" or "--remount-ro" && all[i + 1].StartsWith(folder, StringComparison.Ordinal))
                found.Add($"{all[i]} {Short(all[i + 1])}");
        }
        return found;
    }

    private string PathOf(string path) => Path.Combine(folder, path);

    private string Short(string path) => Path.GetRelativePath(folder, path);
}
