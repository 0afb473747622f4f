using System.Globalization;
using System.Text;
using CourseKit.Kernel.Pages;

namespace CourseKit.Kernel.Grading;

/// <summary>
/// The page that explains a grade to the student: a list of the tasks with their points, and the notebook as it ran. A student wrote the notebook,
/// and a teacher opens the page. So the page shows what comes from the submission as text, or as HTML in a frame where no script runs.
/// </summary>
internal static class FeedbackPage
{
    public static string Render(string assignment, SubmissionGrade grade)
    {
        var title = $"{assignment}: {grade.Student}";
        var head = new StringBuilder("<header class=\"prose feedback\">\n<h1>").AppendEscaped(title)
            .Append(CultureInfo.InvariantCulture, $"</h1>\n<p><strong>{grade.Points} of {grade.Tasks.Sum(task => task.MaxPoints)} points</strong></p>\n<ul class=\"tasks\">\n");
        foreach (var task in grade.Tasks)
        {
            head.Append(CultureInfo.InvariantCulture, $"<li>{(task.TeachersRemark is not null ? "✎" : task.Status == TaskStatus.Passed ? "✓" : "✗")} <strong>{HtmlText.Escape(task.Task)}</strong>: {task.Points} of {task.MaxPoints}");
            if (task.TeachersRemark is not null)
                head.Append("<br><span class=\"message\">").AppendEscaped(GradeBook.TeachersRemark(task)).Append("</span>");
            if (task.Message.Length > 0)
                head.Append("<br><span class=\"message\">").AppendEscaped(task.Message).Append("</span>");
            head.Append("</li>\n");
        }
        foreach (var remark in grade.Remarks)
            head.Append("<li>").AppendEscaped(remark).Append("</li>\n");
        head.Append("</ul>\n<p class=\"note\">The notebook as it ran follows. No script of it runs on this page: a chart is described in words, and sliders do not move.</p>\n</header>\n");
        return HtmlPage.RenderUntrusted(StudentVersion.WithoutHiddenTests(grade.Executed), title, head.ToString());
    }
}
