namespace CourseKit.House.Tests;

/// <summary>The pages that people read: short where it must be, and leading where they say.</summary>
public sealed class PageTests
{
    public static TheoryData<string> Pages { get; } = [.. Documents.Pages];

    [Fact]
    public void README_is_a_screen_and_a_half() => Assert.InRange(Repository.Read("README.md").Split('\n').Length, 20, 91); // a line end behind the 90th

    [Theory, MemberData(nameof(Pages))]
    public void Every_link_leads_to_a_file_and_a_heading_that_are_there(string page)
    {
        foreach (var (file, anchor) in Documents.Links(page))
        {
            Assert.True(Path.Exists(Repository.PathOf(file)), $"{page}: {file} is not there");
            if (anchor.Length > 0 && file.EndsWith(".md", StringComparison.Ordinal))
                Assert.True(Documents.Anchors(file).Contains(anchor), $"{page}: {file} has no heading #{anchor}; it has {string.Join(", ", Documents.Anchors(file))}");
        }
    }

    [Fact]
    public void Every_page_of_docs_is_reached_from_README()
    {
        var (reached, next) = (new HashSet<string>(), new Queue<string>(["README.md"]));
        while (next.TryDequeue(out var page))
        {
            foreach (var file in Documents.Links(page).Select(link => Path.GetRelativePath(Repository.Root, Repository.PathOf(link.File))).Where(Documents.Pages.Contains).Where(reached.Add))
                next.Enqueue(file);
        }
        Assert.Empty(Documents.Pages.Except(reached).Except(["README.md"]));
    }
}
