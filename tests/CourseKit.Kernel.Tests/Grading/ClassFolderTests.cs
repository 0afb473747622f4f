using System.Diagnostics;
using System.Text;
using CourseKit.Kernel.Grading;
using CourseKit.Kernel.Notebooks;

namespace CourseKit.Kernel.Tests.Grading;

/// <summary>A folder of submissions: whatever lies under a student's name makes one, and costs nobody else anything.</summary>
public sealed class ClassFolderTests : IDisposable
{
    private readonly ClassPlace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void Submissions_are_files_or_folders_named_after_their_students()
    {
        place.With("zoe.ipynb").With(".hidden.ipynb").With("notes.txt").With("adam/tasks.ipynb").With("adam/.ipynb_checkpoints/tasks-checkpoint.ipynb");
        Directory.CreateDirectory(place.PathOf("eve"));
        Assert.Equal([("adam", true, ""), ("eve", false, ""), ("zoe", true, "")], place.Submissions().Select(one => (one.Student, one.Path is not null, one.Remark)));
        Assert.Equal("Nothing was handed in under the assignment's name.", place.Submissions()[1].Problem);
    }

    [Theory]
    [InlineData("x.IPYNB")]
    [InlineData("x.iPynb")]
    public void The_ending_may_be_in_any_case(string name) => Assert.Equal(("x", true), One(place.With(name)) is var one ? (one.Student, one.Path is not null) : default);

    [Theory]
    [InlineData("anna/homework.ipynb", "Graded as tasks.ipynb: homework.ipynb, the only notebook.")]
    [InlineData("anna/ps1/tasks.ipynb", "")]
    [InlineData("anna/Tasks.IPYNB", "")]
    [InlineData("anna/tasks.ipynb anna/draft.ipynb anna/old/tasks.ipynb", "Not graded, since tasks.ipynb was there: draft.ipynb.")]
    public void A_notebook_under_another_name_or_beside_others_is_graded_with_a_remark(string files, string remark)
    {
        foreach (var file in files.Split(' '))
            place.With(file);
        Assert.Equal(("anna", "", remark), One(place) is var one ? (one.Student, one.Problem, one.Remark) : default);
    }

    [Theory]
    [InlineData("anna/a.ipynb anna/b.ipynb", "Several notebooks, and none is called tasks.ipynb: a.ipynb, b.ipynb. Rename the one that counts.")]
    [InlineData("anna/1/tasks.ipynb anna/2/tasks.ipynb", "Handed in more than once: anna/1/tasks.ipynb, anna/2/tasks.ipynb. Keep one of them.")]
    [InlineData("anna.ipynb anna.IPYNB", "Handed in more than once: anna.IPYNB, anna.ipynb. Keep one of them.")]
    [InlineData("anna.ipynb anna/tasks.ipynb", "Handed in more than once: anna.ipynb, anna/tasks.ipynb. Keep one of them.")]
    [InlineData("anna/report.pdf anna/tasks.zip", "Nothing was handed in under the assignment's name. There is no notebook, but report.pdf, tasks.zip.")]
    [InlineData("anna/tasks.ipynb/x.txt", "Nothing was handed in under the assignment's name. There is no notebook, but x.txt.")]
    public void Where_it_is_not_clear_what_to_grade_a_submission_says_so(string files, string problem)
    {
        foreach (var file in files.Split(' '))
            place.With(file);
        Assert.Equal(("anna", null, problem), One(place) is var one ? (one.Student, one.Path, one.Problem) : default);
    }

    [Fact]
    public void A_folder_that_is_called_as_a_notebook_is_none()
    {
        Directory.CreateDirectory(place.PathOf("anna/tasks.ipynb"));
        Directory.CreateDirectory(place.PathOf("ben.ipynb"));
        Assert.Equal([("anna", "tasks.ipynb is a folder."), ("ben", "ben.ipynb is a folder.")], place.Submissions().Select(one => (one.Student, one.Problem[^(one.Student == "ben" ? 22 : 24)..])));
    }

    [Fact]
    public void Links_are_refused_by_name_and_not_followed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        using var elsewhere = new ClassPlace();
        elsewhere.With("tasks.ipynb");
        File.CreateSymbolicLink(place.PathOf("dangling.ipynb"), "nowhere");
        File.CreateSymbolicLink(place.PathOf("file.ipynb"), elsewhere.PathOf("tasks.ipynb"));
        Directory.CreateSymbolicLink(place.PathOf("folder"), elsewhere.Folder);
        Directory.CreateDirectory(place.PathOf("loop"));
        Directory.CreateSymbolicLink(place.PathOf("loop/again"), place.Folder);
        Assert.Equal(["dangling", "file", "folder", "loop"], place.Submissions().Select(one => one.Student));
        Assert.All(place.Submissions(), one => Assert.Contains(" is a link, and links are not followed", one.Problem, StringComparison.Ordinal));
        Assert.Contains("dangling.ipynb is a link", place.Submissions()[0].Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipe_a_device_and_an_empty_file_are_never_opened()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "pipes have no file there");
        place.With("empty.ipynb", "");
        using (var made = Process.Start("mkfifo", [place.PathOf("pipe.ipynb"), place.PathOf("timestamp.txt")]))
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        var submissions = await Task.Run(() => place.Submissions(), TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.Equal(["empty", "pipe"], submissions.Select(one => one.Student));
        Assert.All(submissions, one => Assert.Contains("is empty, or no file but a pipe or a device, which is not opened", one.Problem, StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_of_three_gigabytes_is_refused_by_its_length()
    {
        using (var file = File.Create(place.PathOf("big.ipynb")))
            file.SetLength(3_000_000_000);
        Assert.Equal("big.ipynb has 3000 MB; a notebook may have 50 MB. Clear its outputs and hand it in again.", One(place).Problem);
    }

    [Fact]
    public async Task A_name_that_is_not_UTF_8_makes_a_submission_that_says_so()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only there are such names");
        // The shell writes the byte; .NET has no way to.
        using (var made = Process.Start("bash", ["-c", "cd \"$1\" && printf '{}' > $'M\\xfcller.ipynb' && mkdir $'Gr\\xfcn' && printf '{}' > $'Gr\\xfcn/tasks.ipynb'", "bash", place.Folder]))
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        var submissions = place.Submissions();
        using (var gone = Process.Start("bash", ["-c", "rm -r \"$1\"/*", "bash", place.Folder])) // which .NET cannot do either
            await gone.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["Gr\uFFFDn", "M\uFFFDller"], submissions.Select(one => one.Student));
        Assert.All(submissions, one => Assert.Contains("bytes that are not UTF-8, so the file cannot be opened; rename it", one.Problem, StringComparison.Ordinal));
    }

    [Fact]
    public void A_submission_that_cannot_be_read_has_a_digest_and_a_readable_one_another()
    {
        var gone = new Submission("anna", place.PathOf("gone.ipynb"));
        var digest = GradeBook.Digest(gone, new Notebook());
        place.With("gone.ipynb");
        Assert.NotEqual(digest, GradeBook.Digest(gone, new Notebook()));
        Assert.NotEqual(GradeBook.Digest(new("anna", null, "is a link"), new Notebook()), GradeBook.Digest(new("anna", null, "is gone"), new Notebook()));
    }

    [Fact]
    public void A_folder_without_a_student_is_an_error_that_says_what_was_expected()
    {
        place.With("notes.txt").With("class.zip");
        var error = Assert.Throws<GraderException>(() => place.Submissions()).Message;
        Assert.Contains("no submission is in it; expected STUDENT.ipynb, STUDENT/tasks.ipynb or files as Moodle or Canvas name them", error, StringComparison.Ordinal);
        Assert.Contains("It holds class.zip", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_may_be_laid_out_as_a_platforms_zip_is()
    {
        place.With("Müller, Jörg_12345_assignsubmission_file_/sub/tasks.ipynb").With("Anna Lee_7_assignsubmission_file_tasks.ipynb").With("Eva Ro_8_assignsubmission_onlinetext_/onlinetext.html")
            .With("Grades.csv", "Identifier,Full name,Status,Last modified (submission),Grade\nParticipant 12345,\"Müller, Jörg\",Submitted for grading2 hours 5 mins late,-,\nParticipant 7,Anna Lee,Submitted for grading,\"Monday, 30 November 2026, 11:59 PM\",\n");
        Assert.Equal(
            [
                ("Anna Lee", "7", "Anna Lee_7_assignsubmission_file_", "no"), ("Eva Ro", "8", "Eva Ro_8_assignsubmission_file_/", ""),
                ("Müller, Jörg", "12345", "Müller, Jörg_12345_assignsubmission_file_/", "2 hours 5 mins"),
            ], place.Submissions(due: "2026-11-30").Select(one => (one.Student, one.PlatformId, one.FeedbackPrefix, one.Late)));
        Assert.Equal("", place.Submissions()[0].Late);
    }

    [Fact]
    public void A_worksheet_that_a_student_handed_in_says_nothing()
    {
        place.With("Anna_7_assignsubmission_file_tasks.ipynb").With("Eve_8_assignsubmission_file_Grades.csv", "Identifier,Status,Last modified (submission)\nParticipant 7,5 days late,-\n");
        Assert.Equal(["", ""], place.Submissions().Select(one => one.Late));
    }

    [Theory]
    [InlineData("2026-12-01 01:04:30.123456 UTC", "2026-11-30T23:00Z", "2 h 5 min", "")]
    [InlineData("2026-11-30 22:59:59 UTC", "2026-11-30T23:00Z", "no", "")]
    [InlineData("2026-11-30 23:00:00.5", "2026-11-30T23:00Z", "1 min", "")]
    [InlineData("2026-12-03 18:30:00 America/New_York", "2026-11-30T23:00Z", "3 d 0 h 30 min", "")]
    [InlineData("soon", "2026-11-30T23:00Z", "", "Its timestamp.txt holds no time such as \"2026-11-30 23:59:00 UTC\".")]
    [InlineData("2026-12-01 01:04:30.123456 UTC", null, "", "")]
    public void Nbgraders_timestamp_and_the_due_date_tell_how_late_it_is(string timestamp, string? due, string late, string remark)
    {
        place.With("anna/tasks/tasks.ipynb").With("anna/tasks/timestamp.txt", timestamp + "\n");
        Assert.Equal((late, remark), place.Submissions(due)[0] is var one ? (one.Late, one.Remark) : default);
    }

    private static Submission One(ClassPlace place) => Assert.Single(place.Submissions());
}
