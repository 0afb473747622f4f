namespace CourseKit.Notebooks.Tests;

public sealed class MissingBuildTests
{
    [Fact]
    public async Task A_notebook_opened_before_the_library_is_built_says_what_to_type()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder.PathOf("notebooks"));
        var path = folder.PathOf("notebooks", Course.Lectures[0] + ".ipynb");
        File.Copy(Course.PathOf(Course.Lectures[0]), path);
        var run = await Course.RunAsync(path, "-p", "updates=50", "--out", folder.PathOf("out"));
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith($"{path}: cell 1 failed\n", run.Error, StringComparison.Ordinal);
        Assert.Contains(Path.Combine("lib", "CourseKit", "bin", "Release", "net10.0", "CourseKit.dll"), run.Error, StringComparison.Ordinal);
        Assert.Matches(@"dotnet build -c Release \S*lib/CourseKit\b", run.Error);
    }
}
