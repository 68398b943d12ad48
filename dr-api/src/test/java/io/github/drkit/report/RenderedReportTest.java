package io.github.drkit.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.Outcome;
import io.github.drkit.Proof;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXParseException;

class RenderedReportTest {

    @Test
    void markdownKeepsHostileTextInItsCell() {
        assertThat(Reports.hostile().toMarkdown()).isEqualTo("""
                        # back up bank\\|&lt;b&gt;: UNKNOWN

                        run `r-1`, 2026-11-22T02:00:00Z to 2026-11-22T02:00:02.250Z

                        | step | outcome | seconds | message |
                        | --- | --- | ---: | --- |
                        | a\\|b\\`c<br>&lt;script&gt;alert(1)&lt;/script&gt; | FAILED | 1.250 | Cannot dump '&lt;/td&gt;\\]\\]&gt;'<br>Hint: \\\\ look \\| here |
                        | \\_lost\\_ "&amp;'\\[x\\](y)\\* | UNKNOWN |  | began |
                        | skipped\uFFFD\uFFFD | SKIPPED |  | not begun |

                        | check | outcome | expected | actual |
                        | --- | --- | --- | --- |
                        | ledger\\|1 | FAILED | &lt;0&gt; | a\uFFFD<br>b |

                        critical path: a\\|b\\`c<br>&lt;script&gt;alert(1)&lt;/script&gt;
                        """);
    }

    @Test
    void aNameWithUnderscoresIsReadableAsMarkdownText() {
        assertThat(Reports.run("r-1").planned("dump-fineract_default").report().toMarkdown())
                .contains("| dump-fineract_default | SKIPPED |");
    }

    @Test
    void junitXmlKeepsHostileTextAsText() {
        assertThat(Reports.hostile().toJUnitXml()).isEqualTo("""
                        <?xml version="1.0" encoding="UTF-8"?>
                        <testsuites>
                          <testsuite name="back up bank|&lt;b&gt;" tests="5" failures="2" errors="2" skipped="1" time="2.250" timestamp="2026-11-22T02:00:00Z">
                            <testcase classname="drkit.back-up.bank|&lt;b&gt;" name="run" time="0.000">
                              <error message="run &#39;r-1&#39; is UNKNOWN" type="UNKNOWN">run &#39;r-1&#39; is UNKNOWN</error>
                            </testcase>
                            <testcase classname="drkit.back-up.bank|&lt;b&gt;.steps" name="a|b`c&#10;&lt;script&gt;alert(1)&lt;/script&gt;" time="1.250">
                              <failure message="Cannot dump &#39;&lt;/td&gt;]]&gt;&#39;" type="FAILED">Cannot dump &#39;&lt;/td&gt;]]&gt;&#39;
                        Hint: \\ look | here</failure>
                            </testcase>
                            <testcase classname="drkit.back-up.bank|&lt;b&gt;.steps" name="_lost_ &quot;&amp;&#39;[x](y)*" time="0.000">
                              <error message="began" type="UNKNOWN">began</error>
                            </testcase>
                            <testcase classname="drkit.back-up.bank|&lt;b&gt;.steps" name="skipped\uFFFD\uFFFD" time="0.000">
                              <skipped message="not begun">not begun</skipped>
                            </testcase>
                            <testcase classname="drkit.back-up.bank|&lt;b&gt;.checks" name="ledger|1" time="0.000">
                              <failure message="expected: &lt;0&gt;" type="FAILED">expected: &lt;0&gt;
                        actual: a&#13;
                        b</failure>
                            </testcase>
                          </testsuite>
                        </testsuites>
                        """);
    }

    @Test
    void buildServersReadTheJunitXml() throws Exception {
        Document document = valid(Reports.hostile().toJUnitXml());

        assertThat(asGitLabReadsIt(document))
                .containsExactly(
                        "error drkit.back-up.bank|<b> run: run 'r-1' is UNKNOWN",
                        "failure drkit.back-up.bank|<b>.steps a|b`c\n<script>alert(1)</script>: Cannot dump"
                                + " '</td>]]>'\nHint: \\ look | here",
                        "error drkit.back-up.bank|<b>.steps _lost_ \"&'[x](y)*: began",
                        "skipped drkit.back-up.bank|<b>.steps skipped\uFFFD\uFFFD: not begun",
                        "failure drkit.back-up.bank|<b>.checks ledger|1: expected: <0>\nactual: a\r\nb");
    }

    @Test
    void aRunThatStoppedBetweenTwoStepsIsNotGreen() throws Exception {
        RunReport stopped = Reports.run("r-1")
                .planned("dump")
                .planned("commit", "dump")
                .begun("dump", 1)
                .ended("dump", Outcome.SUCCEEDED, "")
                .report();

        assertThat(asGitLabReadsIt(valid(stopped.toJUnitXml())))
                .containsExactly(
                        "error drkit.back-up.bank run: run 'r-1' is UNKNOWN",
                        "success drkit.back-up.bank.steps dump: ",
                        "skipped drkit.back-up.bank.steps commit: not begun");
    }

    @Test
    void runsOfOneKindAndSubjectAreToldApartInARecovery() throws Exception {
        RunReport run = RecoveryReportTest.run(Outcome.SUCCEEDED);
        RecoveryReport report =
                new RecoveryReport(List.of(run, run), Reports.BEGIN, Optional.empty(), Optional.empty(), List.of());

        assertThat(asGitLabReadsIt(valid(report.toJUnitXml())))
                .containsExactly(
                        "failure drkit.recovery recovery: RTO not achieved, RPO not achieved",
                        "success drkit.back-up.bank run: ",
                        "success drkit.back-up.bank.steps dump: ",
                        "success drkit.back-up.bank#2 run: ",
                        "success drkit.back-up.bank#2.steps dump: ");
    }

    @Test
    void theSchemaOfBuildServersBites() {
        String good = RecoveryReportTest.run(Outcome.FAILED).toJUnitXml();

        assertThatThrownBy(() -> valid(good.replace("name=\"dump\" time=\"0.005\"", "name=\"dump\" time=\"5 ms\"")))
                .isInstanceOf(SAXParseException.class)
                .hasMessageContaining("'5 ms'");
        assertThatThrownBy(() -> valid(good.replace("<failure message=", "<failed message=")))
                .isInstanceOf(SAXParseException.class);
    }

    @Test
    void htmlKeepsHostileTextAsTextAndRunsNothing() throws Exception {
        Document page = parsed(Reports.hostile().toHtml());

        assertThat(page.getElementsByTagName("script").getLength()).isZero();
        assertThat(texts(page, "h1")).containsExactly("back up bank|<b>:UNKNOWN");
        assertThat(texts(page, "td"))
                .contains(
                        "a|b`c\n<script>alert(1)</script>",
                        "Cannot dump '</td>]]>'\nHint: \\ look | here",
                        "_lost_ \"&'[x](y)*",
                        "skipped\uFFFD\uFFFD",
                        "a\r\nb");
        List<String> policies = new ArrayList<>();
        for (Element meta : elements(page, "meta")) {
            policies.add(meta.getAttribute("content"));
        }
        assertThat(policies).contains("default-src 'none'; style-src 'unsafe-inline'");
        assertThat(Reports.hostile().toHtml()).doesNotContain("src=", "href=", "url(", "onload");
    }

    @Test
    void htmlOfARunIsOnePage() {
        String page = RecoveryReportTest.run(Outcome.SUCCEEDED).toHtml();

        assertThat(page).startsWith("""
                        <!DOCTYPE html>
                        <html lang="en">
                          <head>
                            <meta charset="utf-8"/>
                            <meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;"/>
                            <title>back up bank: SUCCEEDED</title>
                        """);
        assertThat(page.substring(page.indexOf("  <body>"))).isEqualTo("""
                          <body>
                            <h1>
                              <bdi>back up bank:</bdi>
                              <span class="outcome succeeded">SUCCEEDED</span>
                            </h1>
                            <table>
                              <tbody>
                                <tr>
                                  <th scope="row">run</th>
                                  <td>r-1</td>
                                </tr>
                                <tr>
                                  <th scope="row">begun</th>
                                  <td>2026-11-22T02:00:00Z</td>
                                </tr>
                                <tr>
                                  <th scope="row">ended</th>
                                  <td>2026-11-22T02:00:00.005Z</td>
                                </tr>
                                <tr>
                                  <th scope="row">seconds</th>
                                  <td>0.005</td>
                                </tr>
                                <tr>
                                  <th scope="row">critical path</th>
                                  <td>dump</td>
                                </tr>
                              </tbody>
                            </table>
                            <table>
                              <thead>
                                <tr>
                                  <th scope="col">step</th>
                                  <th scope="col">outcome</th>
                                  <th scope="col">begun</th>
                                  <th scope="col">seconds</th>
                                  <th scope="col">attempts</th>
                                  <th scope="col">message</th>
                                </tr>
                              </thead>
                              <tbody>
                                <tr>
                                  <td>dump</td>
                                  <td class="outcome succeeded">SUCCEEDED</td>
                                  <td class="time">2026-11-22T02:00:00Z</td>
                                  <td class="time">0.005</td>
                                  <td class="time">1</td>
                                  <td>done</td>
                                </tr>
                              </tbody>
                            </table>
                          </body>
                        </html>
                        """);
    }

    @Test
    void htmlOfARecoveryShowsItsPointsAndRuns() throws Exception {
        RecoveryReport report = new RecoveryReport(
                List.of(RecoveryReportTest.run(Outcome.SUCCEEDED)),
                Reports.BEGIN,
                Optional.of(Reports.BEGIN.plusSeconds(90)),
                Optional.empty(),
                List.of(Reports.point(Proof.none(), "spread <2 s>")));

        Document page = parsed(report.toHtml());

        assertThat(texts(page, "h1")).containsExactly("Recovery:SUCCEEDED");
        assertThat(texts(page, "h2")).containsExactly("back up bank:SUCCEEDED");
        assertThat(texts(page, "td"))
                .contains(
                        "PT1M30S", "not achieved", "nothing recovered", "bank-r-1", "UNPROVEN", "spread <2 s>", "dump");
    }

    /** Its own words: the first of failure, error and skipped decides, and its text is what is shown. */
    private static List<String> asGitLabReadsIt(Document document) {
        List<String> read = new ArrayList<>();
        for (Element test : elements(document, "testcase")) {
            Element first = null;
            for (Node child = test.getFirstChild(); child != null; child = child.getNextSibling()) {
                if (first == null
                        && child instanceof Element element
                        && List.of("failure", "error", "skipped").contains(element.getTagName())) {
                    first = element;
                }
            }
            read.add((first == null ? "success" : first.getTagName()) + " " + test.getAttribute("classname") + " "
                    + test.getAttribute("name") + ": " + (first == null ? "" : first.getTextContent()));
        }
        return read;
    }

    private static List<String> texts(Document page, String element) {
        return elements(page, element).stream()
                .map(found -> element.startsWith("h")
                        ? found.getTextContent().replaceAll("\\n *", "")
                        : found.getTextContent())
                .toList();
    }

    private static List<Element> elements(Document document, String name) {
        NodeList nodes = document.getElementsByTagName(name);
        List<Element> elements = new ArrayList<>();
        for (int at = 0; at < nodes.getLength(); at++) {
            elements.add((Element) nodes.item(at));
        }
        return elements;
    }

    private static Document valid(String xml) throws Exception {
        SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
                .newSchema(RenderedReportTest.class.getResource("junit-report.xsd"))
                .newValidator()
                .validate(new StreamSource(new StringReader(xml)));
        return parsed(xml);
    }

    private static Document parsed(String xml) throws Exception {
        DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        builder.setErrorHandler(null);
        return builder.parse(new InputSource(new StringReader(xml)));
    }
}
