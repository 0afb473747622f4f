using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CourseKit.Kernel.Pages;

namespace CourseKit.Kernel.Grading;

/// <summary>
/// The page that shows a teacher the results of a class: a histogram of the points, the tasks with their most frequent messages, and links to the
/// students' feedback.
/// </summary>
public static partial class ClassOverview
{
    private const int Bars = 10, Messages = 3;

    /// <summary>Renders the self-contained page; it makes no request to any server.</summary>
    /// <param name="assignment">The assignment's name.</param>
    /// <param name="grades">The students and their tasks; at least one student.</param>
    public static string Render(string assignment, IReadOnlyList<StudentGrades> grades)
    {
        ArgumentNullException.ThrowIfNull(grades);
        var html = new StringBuilder();
        HtmlPage.AppendHead(html, $"{assignment}: the class", Assets.ClassCss);
        html.Append("<body>\n").Append(HtmlPage.ThemeButton).Append("<header>\n<h1>").AppendEscaped(assignment).Append("</h1>\n");
        var points = grades.Select(grade => grade.Points).Order().ToList();
        var most = grades.Max(grade => grade.Tasks.Sum(task => task.MaxPoints));
        var median = (points[(points.Count - 1) / 2] + points[points.Count / 2]) / 2;
        html.Append(CultureInfo.InvariantCulture, $"<p class=\"introduction\">{grades.Count} students, {most:0.##} points to win; mean {points.Average():0.0}, median {median:0.#}.</p>\n</header>\n<main>\n");
        AppendHistogram(html, points, most);
        AppendTasks(html, grades);
        AppendStudents(html, grades);
        return html.Append("</main>\n</body>\n</html>\n").ToString();
    }

    // A bar includes its left edge. The last bar includes both edges.
    private static void AppendHistogram(StringBuilder html, List<double> points, double most)
    {
        var counts = new int[Bars];
        foreach (var one in points)
            counts[Math.Clamp((int)(one / most * Bars), 0, Bars - 1)]++;
        html.Append("<h2>How many students have how many points</h2>\n<div class=\"histogram\">\n");
        foreach (var count in counts)
            html.Append(CultureInfo.InvariantCulture, $"<div>{(count > 0 ? $"{count}" : "")}<i style=\"height:{85.0 * count / counts.Max():0.#}%\"></i></div>\n");
        html.Append("</div>\n<div class=\"scale\">");
        for (var bar = 0; bar < Bars; bar++)
            html.Append(CultureInfo.InvariantCulture, $"<span>{most * bar / Bars:0.##} to {most * (bar + 1) / Bars:0.##}</span>");
        html.Append("</div>\n");
    }

    private static void AppendTasks(StringBuilder html, IReadOnlyList<StudentGrades> grades)
    {
        html.Append("<h2>The tasks, the most failed first</h2>\n<table>\n<tr><th>task</th><th>passed</th><th></th><th>what went wrong most often</th></tr>\n");
        foreach (var task in grades.SelectMany(grade => grade.Tasks).GroupBy(task => task.Task).OrderBy(task => task.Count(Passed)))
        {
            html.Append("<tr><td>").AppendEscaped(task.Key)
                .Append(CultureInfo.InvariantCulture, $"</td><td class=\"number\">{task.Count(Passed)} of {task.Count()}</td><td><meter value=\"{task.Count(Passed)}\" max=\"{task.Count()}\"></meter></td><td>")
                .AppendJoin("<br>", Reasons(task).Select(HtmlText.Escape)).Append("</td></tr>\n");
        }
        html.Append("</table>\n");
    }

    // The most frequent messages with their counts. Messages that differ only in numbers name the same mistake, such as "the loss is 0.71, not 0.69".
    // A file that cannot be read is not a reason: it says nothing about the task.
    private static IEnumerable<string> Reasons(IEnumerable<TaskGrade> task) => task.Where(one => !Passed(one) && one.Status != TaskStatus.Unreadable)
        .GroupBy(one => Number().Replace(one.Message, "0")).OrderByDescending(same => same.Count()).ThenBy(same => same.Key, StringComparer.Ordinal).Take(Messages)
        .Select(same => same.CountBy(one => one.Message).MaxBy(message => message.Value).Key is var text && same.Count() == 1 ? text
            : same.All(one => one.Message == text) ? $"{text} ({same.Count()} times)" : $"{text} ({same.Count()} times, also with other numbers)");

    private static void AppendStudents(StringBuilder html, IReadOnlyList<StudentGrades> grades)
    {
        html.Append("<h2>The students</h2>\n<table>\n<tr><th>student</th><th>points</th><th>not passed</th><th>remarks</th></tr>\n");
        foreach (var (submission, tasks, remarks, suspicious) in grades)
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><td><a href=\"feedback/{HtmlText.Escape(Uri.EscapeDataString(SafeName.Of(submission.Student)))}.html\">{HtmlText.Escape(submission.Student)}</a></td>")
                .Append(CultureInfo.InvariantCulture, $"<td class=\"number\">{tasks.Sum(task => task.Points):0.##}</td><td>")
                .AppendEscaped(string.Join(", ", tasks.Where(task => !Passed(task)).Select(task => task.Task)))
                .Append("</td><td>").AppendJoin("<br>", Remarks(submission, tasks).Concat(remarks).Concat(suspicious.Select(line => $"⚠ suspicious: {line}")).Select(HtmlText.Escape)).Append("</td></tr>\n");
        }
        html.Append("</table>\n");
    }

    private static IEnumerable<string> Remarks(Submission submission, IReadOnlyList<TaskGrade> tasks) =>
    [
        .. submission.Late is "" or "no" ? [] : new[] { submission.Late == "yes" ? "late" : $"{submission.Late} late" },
        .. submission.Path is null ? new[] { submission.Problem } : [],
        .. submission.Remark.Length > 0 ? new[] { submission.Remark } : [],
        .. tasks.Where(task => task.TeachersRemark is not null).Select(task => $"{task.Task}: {GradeBook.TeachersRemark(task)}"),
    ];

    private static bool Passed(TaskGrade task) => task.Status == TaskStatus.Passed;

    [GeneratedRegex(@"\d+(?:[.,]\d+)*(?:[eE][+-]?\d+)?")]
    private static partial Regex Number();
}
