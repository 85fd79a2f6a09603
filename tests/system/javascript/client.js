// One call of AWS's SDK for JavaScript: node client.js VERSION COMMAND INPUT, with the end point in $ENDPOINT.
// Prints what came back, or the error, as one JSON object.
import * as ses from "@aws-sdk/client-ses";
import * as sesv2 from "@aws-sdk/client-sesv2";

const [version, command, input] = process.argv.slice(2);
const [sdk, Client] = version === "2" ? [sesv2, sesv2.SESv2Client] : [ses, ses.SESClient];
const client = new Client({ endpoint: process.env.ENDPOINT, region: process.env.AWS_REGION, maxAttempts: 1 });
try {
  const { $metadata, ...output } = await client.send(new sdk[`${command}Command`](JSON.parse(input)));
  console.log(JSON.stringify({ status: $metadata.httpStatusCode, id: $metadata.requestId, output }));
} catch (error) {
  if (!error.$metadata) throw error;
  const { httpStatusCode, requestId } = error.$metadata;
  console.log(JSON.stringify({ status: httpStatusCode, id: requestId, error: error.name, message: error.message }));
}
